/**
 * Which project a folder belongs to.
 *
 * @module
 */

import { isFolder } from "../host/path.ts";
import { readUntrusted, type StandaloneRecords, standaloneRecords } from "../config/approval.ts";
import { type ConfigFile, parseConfig } from "../config/file.ts";
import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { debug } from "../host/log.ts";
import { shellQuote } from "../host/ui/text.ts";
import {
  manifestOf,
  memberAbove,
  notAMember,
  readWorksets,
  type Workset,
  worksetAround,
} from "./membership/members.ts";
import { isWithin, STANDALONE_FOLDERS } from "./layout.ts";
import type { WorksetPlace } from "./project.ts";
import type { Registry } from "./registry.ts";

/** A project that was found. */
export type Found =
  | { readonly mode: "default"; readonly name: string; readonly path: string }
  | {
    readonly mode: "workset";
    readonly name: string;
    readonly path: string;
    readonly workset: WorksetPlace;
    /** Whether the workset lets its boxes use the host's login. */
    readonly groupAuth: boolean;
  }
  | {
    readonly mode: "standalone";
    readonly path: string;
    readonly metadata: string;
    /** Its settings, as they were when it was recognised. */
    readonly config: ConfigFile;
  };

/**
 * The project a folder (absolute, symlinks resolved) is in: the deepest registered one above it, or the nearest
 * standalone one. Inside a registered project a standalone one counts only when this machine made or approved it: the
 * box could have written it. Throws `not-a-member` for a folder of a workset that none of its projects has.
 */
export async function detect(host: Host, registry: Registry, folder: string): Promise<Found | undefined> {
  const worksets = await readWorksets(registry.worksets);
  const found = await findProject(host, registry, worksets, folder);
  if (found) return found;
  const around = worksetAround(worksets, folder);
  if (around) throw notAMember(around, folder);
  // It might be linked to a workset that cannot be read: as a new project it would start over, with the host's login.
  for (const workset of worksets) manifestOf(workset);
  return undefined;
}

/** As {@link detect}, with the worksets known; a folder of a workset that no project has is not an error here. */
export async function findProject(
  host: Host,
  registry: Registry,
  worksets: readonly Workset[],
  folder: string,
): Promise<Found | undefined> {
  const [registered, records] = await Promise.all([
    deepest(host, registry, folder),
    standaloneRecords(host.dirs.state),
  ]);
  const known = deeper(registered, ofWorkset(worksets, folder));
  const standalone = await standaloneAbove(host, records, folder, known?.path);
  const found = standalone ?? known;
  checkNotLost(host, records, folder, found);
  // What lies above a workset does not reach into it.
  const around = worksetAround(worksets, folder);
  return around && found && !isWithin(found.path, around.root) ? undefined : found;
}

function ofWorkset(worksets: readonly Workset[], folder: string): Found | undefined {
  const placed = memberAbove(worksets, folder);
  if (!placed) return undefined;
  const { workset, groupAuth, path, member } = placed;
  return { mode: "workset", name: member.name, path, workset, groupAuth };
}

function deeper(a: Found | undefined, b: Found | undefined): Found | undefined {
  if (!a || !b) return a ?? b;
  return a.path.length > b.path.length ? a : b;
}

/**
 * A standalone project this machine knows stays one: were its file taken away by its own box, the folder would start
 * over as a new project, with the host's login.
 */
function checkNotLost(
  host: Host,
  records: StandaloneRecords,
  folder: string,
  found: Found | undefined,
): void {
  const depth = found?.path.length ?? 0;
  const lost = Object.keys(records).find((path) =>
    isWithin(folder, path) && path.length > depth && (folder === path || path !== homeOf(host))
  );
  if (lost === undefined) return;
  throw new KanibakoError(
    "project-damaged",
    `The settings of the standalone project in ${shellQuote(lost)} are gone or no longer valid.`,
    { hint: [`Restore them, or forget the project: kanibako rm ${shellQuote(lost)}`] },
  );
}

function deepest(host: Host, registry: Registry, folder: string): Found | undefined {
  const above = Object.entries(registry.projects)
    .filter(([, path]) => isWithin(folder, path))
    .sort(([, a], [, b]) => b.length - a.length);
  for (const [name, path] of above) {
    // Without its data, an entry is stale.
    if (isFolder(`${host.system.paths.boxes}/${name}`)) return { mode: "default", name, path };
    debug(() => `name ${name} has no data and is passed over`);
  }
  return undefined;
}

async function standaloneAbove(
  host: Host,
  records: StandaloneRecords,
  folder: string,
  registered: string | undefined,
): Promise<Found | undefined> {
  const home = homeOf(host);
  for (let at = folder; at !== "/" && at !== registered; at = at.slice(0, at.lastIndexOf("/")) || "/") {
    // A project in the home itself must not capture everything below it.
    if (at === home && at !== folder) return undefined;
    const found = registered === undefined || Object.hasOwn(records, at) ? await standaloneAt(at) : undefined;
    if (found) return found;
    if (at === home) return undefined;
  }
  return undefined;
}

/** The home as paths of projects name it: symlinks resolved. */
function homeOf({ dirs }: Host): string {
  try {
    return Deno.realPathSync(dirs.home);
  } catch {
    return dirs.home;
  }
}

/** The standalone project whose workspace is exactly this folder. */
export async function standaloneAt(path: string): Promise<Found | undefined> {
  for (const name of STANDALONE_FOLDERS) {
    const metadata = `${path}/${name}`;
    const info = await Deno.lstat(metadata).catch(() => undefined);
    // A link may lead anywhere, and another user's folder (in /tmp, say) is not ours to start.
    if (!info?.isDirectory || info.uid !== Deno.uid()) continue;
    const file = `${metadata}/project.toml`;
    const text = await readUntrusted(file);
    if (text === undefined) continue;
    const config = await parseConfig(text, file, "box");
    if (config.values["mode"] === "standalone") return { mode: "standalone", path, metadata, config };
  }
  return undefined;
}
