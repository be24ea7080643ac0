/**
 * Whether the places of a project are still safe to give to its box: the user may have moved keys into its folder, or put a link in
 * place of one of ours, since it was made.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { reasonAgainst } from "./guard.ts";
import { isWithin } from "./layout.ts";
import { Locations } from "./location.ts";
import type { Project } from "./project.ts";

/** Throws `unsafe-workspace` or `unsafe-path` for a folder that a box would get and must not. Asks no engine; takes about 2 ms. */
export function checkBeforeLaunch(host: Host, project: Project): void {
  const locations = new Locations();
  const isHome = (path: string) => locations.isSame(locations.of(path), locations.of(host.dirs.home));
  // What was a project before does not belong to the system, and a home became one only after its user agreed.
  const reason = isHome(project.path) && project.mode === "standalone"
    ? undefined
    : isHome(project.path)
    ? "it is your whole home"
    : reasonAgainst(host, project.path, "write", { locations, quick: true });
  if (reason !== undefined) {
    throw new KanibakoError(
      "unsafe-workspace",
      `Cannot start the box: it must not get ${shellQuote(project.path)}: ${reason}.`,
      {
        hint: [
          "Move what is private out of that folder, or work in another one.",
          "A clone of a repository is as good: no program of this machine reads what is in it.",
        ],
      },
    );
  }
  const { vault } = project;
  for (const place of [project.home, ...vault ? [vault.readOnly, vault.readWrite] : []]) {
    const { path } = locations.of(place);
    if (path === expected(host, project, place, locations)) continue;
    // Our own file may say where one is; a link has no business there unless it leads to something harmless.
    const ours = path === place;
    const why = isHome(path) ? "that is your home" : reasonAgainst(host, path, "write", { locations, ours });
    if (why === undefined) continue;
    throw new KanibakoError(
      "unsafe-path",
      `Cannot use ${shellQuote(place)}: it leads to ${shellQuote(path)}, and ${why}.`,
      { hint: "Remove the link, and put a folder in its place." },
    );
  }
}

/** Where a place of a box leads when no link is below the folder that is meant for it; `undefined` for one that is elsewhere. */
function expected(host: Host, project: Project, place: string, locations: Locations): string | undefined {
  const { boxes } = host.system.paths;
  const roots = [boxes, project.path, ...project.workset ? [project.workset.root] : []];
  const root = roots.find((one) => isWithin(place, one));
  return root === undefined ? undefined : locations.of(root).path + place.slice(root.length);
}
