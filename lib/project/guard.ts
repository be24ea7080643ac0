/**
 * Which folders may never be a workspace: a box writes all of its workspace, so it must not hold what the host lives on.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { exists, isFolder, parentOf, real } from "../host/path.ts";
import { engineStorage } from "./engine_storage.ts";
import { HomeGuard, type Use } from "./home_guard.ts";
import { isWithin, SYSTEM_FOLDERS } from "./layout.ts";
import { type Location, Locations } from "./location.ts";

/** Not these themselves; folders below them are fine. */
const FOLDERS = [
  ...[
    "/",
    "/home",
    "/media",
    "/mnt",
    "/opt",
    "/root",
    "/run",
    "/run/media",
    "/run/user",
    "/snap",
    "/srv",
    "/tmp",
  ],
  ...["/usr/local/src", "/usr/src", "/var", "/var/lib", "/var/tmp", "/var/www"],
];
/** Below these, only what the list above or the exceptions below let through. */
const MOSTLY = ["/usr", "/var/cache", "/var/log"];
const EXCEPT = ["/usr/local/src", "/usr/src"];
/** What a user may say about it. */
export interface GuardOptions {
  readonly standalone: boolean;
  /** The home itself, for a standalone project. */
  readonly allowHome: boolean;
  /** What it is wanted for. [default: `project`] */
  readonly what?: string;
}

/** Throws `home-project` or `unsafe-workspace` when a folder (symlinks resolved) must not be a workspace. */
export async function checkWorkspace(host: Host, path: string, options: GuardOptions): Promise<void> {
  const locations = new Locations();
  if (locations.isSame(locations.of(path), locations.of(host.dirs.home))) {
    if (options.standalone && options.allowHome) return;
    if (options.what !== undefined) throw refused(path, options.what, "it is your whole home");
    throw new KanibakoError(
      "home-project",
      options.standalone
        ? "Cannot use your whole home as a project without --allow-home: the agent could change everything in it."
        : "Cannot use your whole home as a project unless it is standalone and you ask for it explicitly.",
      {
        hint: [
          "Create a folder for the project: mkdir project && cd project",
          `To do it anyway: kanibako create --standalone --allow-home ${shellQuote(path)}`,
        ],
      },
    );
  }
  const reason = reasonAgainst(host, path, "write", { locations });
  if (reason !== undefined) throw refused(path, options.what, reason);
  if (!isFolder(path)) return;
  const { hardLinksInto } = await import("./hard_links.ts");
  const key = hardLinksInto(real(host.dirs.home), locations.of(path)).find(({ secret }) => secret);
  if (key) throw refused(path, options.what, `it contains another name of ~/${shellQuote(key.place)}`);
}

/** How a file or folder is looked at. */
export interface ReasonOptions {
  /** Lookups that were made before. */
  readonly locations?: Locations;
  /** It is known to be in a folder of ours that is meant for boxes. */
  readonly ours?: boolean;
  /** It was looked at before: only links and mounts that came since are looked for. */
  readonly quick?: boolean;
}

/**
 * Why a folder or file (symlinks resolved) must not be in a box's reach, the home itself apart; `undefined` when nothing
 * is against it. `use`: what the box would do with it.
 */
export function reasonAgainst(
  host: Host,
  path: string,
  use: Use = "write",
  { locations = new Locations(), ours = false, quick = false }: ReasonOptions = {},
): string | undefined {
  const subject = locations.of(path);
  const home = locations.of(host.dirs.home);
  const isHome = locations.isSame(subject, home);
  if (!isHome && locations.isWithin(home, subject)) return "your home is in it";
  const belongs = quick ? undefined : reasonOfSystem(locations, subject, home.path);
  if (belongs !== undefined) return belongs;
  const inHome = isHome ? undefined : new HomeGuard(locations, home.path, subject, quick).reason(use);
  if (inHome !== undefined) return inHome;
  const own = ours ? undefined : ownPlace(host, locations, subject);
  if (own !== undefined) return own;
  const { configFile } = host.dirs;
  return contains(locations, subject, configFile) || locations.isSame(subject, locations.of(configFile))
    ? "kanibako's configuration is in it"
    : undefined;
}

function ownPlace(host: Host, locations: Locations, subject: Location): string | undefined {
  const { dirs, system: { paths } } = host;
  const main = [dirs.data, dirs.state, dirs.cache];
  const others = Object.values(paths);
  const folders = [...main, ...others.filter((path) => !main.some((folder) => isWithin(path, folder)))];
  // A single folder or file of ours may be kept elsewhere, too: the settings of an agent, a recipe of a rig.
  const around = new Set([...others.map(parentOf), `${dirs.data}/containers`, paths.crabs, paths.templates]);
  const ours = [...around].filter((folder) => main.some((one) => isWithin(folder, one)));
  for (const place of [...new Set(folders), ...ours.flatMap(linksIn)]) {
    if (locations.isWithin(subject, locations.of(place))) return "kanibako keeps its own files there";
    if (contains(locations, subject, place)) return `kanibako's own files are in it (${place})`;
  }
  return undefined;
}

function linksIn(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder)).filter(({ isSymlink }) => isSymlink).map(({ name }) =>
      `${folder}/${name}`
    );
  } catch {
    return []; // there is none
  }
}

/** Whether a place is in a folder: by its path, by what the path leads to, or by something mounted in there. */
function contains(locations: Locations, folder: Location, place: string): boolean {
  const there = locations.of(place);
  return locations.isWithin(there, folder) || locations.isWithin(locations.ofName(place), folder) ||
    locations.mountedIn(folder).some((mount) =>
      locations.isWithin(there, mount) || locations.isWithin(mount, there)
    );
}

function reasonOfSystem(locations: Locations, subject: Location, home: string): string | undefined {
  const { path } = subject;
  const isIn = (folder: string) => locations.isWithin(subject, locations.of(folder));
  const inTree = SYSTEM_FOLDERS.some(isIn) || (MOSTLY.some(isIn) && !EXCEPT.some(isIn)) ||
    isWithin(path, "/var/run");
  const isFolder = FOLDERS.some((folder) => locations.isSame(subject, locations.of(folder)));
  if (inTree || isFolder) return "it belongs to the system";
  for (const folder of engineStorage(home)) {
    if (isIn(folder)) return "containers and images of this machine are there";
    if (exists(folder) && contains(locations, subject, folder)) {
      return `containers and images of this machine are in it (${folder})`;
    }
  }
  return locations.isSame(locations.of(parentOf(path)), locations.of("/home"))
    ? "it is somebody's home"
    : undefined;
}

function refused(path: string, what: string | undefined, why: string): KanibakoError {
  return new KanibakoError(
    "unsafe-workspace",
    `Cannot use ${shellQuote(path)} as a ${what ?? "project"}: ${why}.`,
    {
      hint: `Use a folder with only the ${what ?? "project"} in it.`,
    },
  );
}
