/**
 * Which project a folder belongs to.
 *
 * @module
 */

import { readUntrusted, type StandaloneRecords, standaloneRecords } from "../config/approval.ts";
import { type ConfigFile, parseConfig } from "../config/file.ts";
import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { debug } from "../host/log.ts";
import { shellQuote } from "../host/text.ts";
import { isWithin, STANDALONE_FOLDERS } from "./layout.ts";
import type { Registry } from "./registry.ts";

/** A project that was found. */
export type Found =
  | { readonly mode: "default"; readonly name: string; readonly path: string }
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
 * box could have written it.
 */
export async function detect(host: Host, registry: Registry, folder: string): Promise<Found | undefined> {
  const workset = Object.entries(registry.worksets).find(([, root]) => isWithin(folder, root));
  if (workset) {
    throw new KanibakoError(
      "workset",
      `Cannot use ${shellQuote(folder)}: it is in the workset ${workset[0]}.`,
      {
        hint: "This version has no worksets yet.",
      },
    );
  }
  const [registered, records] = await Promise.all([
    deepest(host, registry, folder),
    standaloneRecords(host.dirs.state),
  ]);
  const found = await standaloneAbove(host, records, folder, registered?.path) ?? registered;
  checkNotLost(host, records, folder, found);
  return found;
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
    isWithin(folder, path) && path.length > depth && (path !== host.dirs.home || folder === path)
  );
  if (lost === undefined) return;
  throw new KanibakoError(
    "project-damaged",
    `The settings of the standalone project in ${shellQuote(lost)} are gone or are no project's any more.`,
    { hint: [`Put them back, or forget the project: kanibako rm ${shellQuote(lost)}`] },
  );
}

async function deepest(host: Host, registry: Registry, folder: string): Promise<Found | undefined> {
  const above = Object.entries(registry.projects)
    .filter(([, path]) => isWithin(folder, path))
    .sort(([, a], [, b]) => b.length - a.length);
  for (const [name, path] of above) {
    // Without its data, an entry is stale.
    if (await isFolder(`${host.system.paths.boxes}/${name}`)) return { mode: "default", name, path };
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
  for (let at = folder; at !== "/" && at !== registered; at = at.slice(0, at.lastIndexOf("/")) || "/") {
    // A project in the home itself must not capture everything below it.
    if (at === host.dirs.home && at !== folder) return undefined;
    const found = registered === undefined || Object.hasOwn(records, at) ? await standaloneAt(at) : undefined;
    if (found) return found;
    if (at === host.dirs.home) return undefined;
  }
  return undefined;
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

/** Whether there is a folder, itself or by a link. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch {
    return false;
  }
}
