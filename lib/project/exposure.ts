/**
 * What is worth knowing of a new project's folder: which of the home's files it brings within reach of a box, and whether other
 * users of the machine can write it.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { shellQuote } from "../host/ui/text.ts";
import { hardLinksInto } from "./hard_links.ts";
import { HomeGuard } from "./home_guard.ts";
import { Locations } from "./location.ts";
import type { Project } from "./project.ts";

/** Most names in one sentence. */
const MOST_NAMES = 6;

/** What to warn of when a project has been made; one sentence each. */
export function exposures(
  host: Host,
  project: Pick<Project, "path" | "vault">,
  searchPath: string = Deno.env.get("PATH") ?? "",
): readonly string[] {
  return [
    ...linkedFiles(host, project.path),
    ...searchedFolders(project.path, searchPath),
    ...writableByOthers(project),
  ];
}

/** Folders in which your shell looks for programs. */
function searchedFolders(path: string, searchPath: string): string[] {
  const locations = new Locations();
  const subject = locations.of(path);
  const found = searchPath.split(":").filter((folder) =>
    folder.startsWith("/") && locations.isWithin(locations.of(folder), subject)
  );
  return found.length === 0 ? [] : [
    `Your shell looks for programs in ${
      [...new Set(found)].map(shellQuote).join(", ")
    }, where the box can put some. ` +
    "Take it out of PATH.",
  ];
}

function linkedFiles(host: Host, path: string): string[] {
  const locations = new Locations();
  const subject = locations.of(path);
  if (locations.isSame(subject, locations.of(host.dirs.home))) return [];
  const home = locations.of(host.dirs.home).path;
  const links = [
    ...new HomeGuard(locations, home, subject).linksInto(),
    ...hardLinksInto(home, subject).map(({ place }) => `~/${shellQuote(place)}`),
  ];
  if (links.length === 0) return [];
  const more = links.length > MOST_NAMES ? ` and ${links.length - MOST_NAMES} more` : "";
  return [
    `Programs of this machine read or run files in ${shellQuote(path)}, which the box can change: ` +
    `${links.slice(0, MOST_NAMES).join(", ")}${more} ${links.length === 1 ? "leads" : "lead"} there. ` +
    "Check the changes before you use them, or work in a clone of the repository.",
  ];
}

function writableByOthers({ path, vault }: Pick<Project, "path" | "vault">): string[] {
  const info = Deno.statSync(path);
  const mode = info.mode ?? 0;
  const all = (mode & 0o002) !== 0;
  // A group of your own has nobody else in it.
  const group = (mode & 0o020) !== 0 && info.gid !== Deno.gid() && info.gid !== info.uid;
  if (!all && !group) return [];
  const also = vault?.readWrite.startsWith(`${path}/`) ? ", and with it the vault," : "";
  return [
    `${all ? "Every user of this machine" : `The group ${info.gid}`} can write ${
      shellQuote(path)
    }${also} and change what the box works on. To stop that: chmod ${all ? "o-w" : "g-w"} ${
      shellQuote(path)
    }`,
  ];
}
