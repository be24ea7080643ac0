/**
 * All projects this machine knows.
 *
 * @module
 */

import { standaloneRecords } from "../config/approval.ts";
import type { Host } from "../config/system.ts";
import { isFolder } from "./detect.ts";
import { boxId, projectHash } from "./identity.ts";
import { isName } from "./names.ts";
import type { ProjectMode } from "./project.ts";
import { readRegistry } from "./registry.ts";

/** One line of the list. */
export interface KnownProject {
  readonly name: string;
  readonly id: string;
  readonly mode: ProjectMode;
  /** The workspace; absent of left-over data. */
  readonly path: string | undefined;
  /**
   * `ok`; `missing`: the workspace is gone; `no-data`: the box's data is gone; `left-over`: data whose project was
   * forgotten.
   */
  readonly status: "ok" | "missing" | "no-data" | "left-over";
}

/** All projects, sorted by name: registered, standalone, and what is left of forgotten ones. */
export async function listProjects(host: Host): Promise<readonly KnownProject[]> {
  const [registry, records, folders] = await Promise.all([
    readRegistry(host),
    standaloneRecords(host.dirs.state),
    boxFolders(host),
  ]);
  const registered = Object.entries(registry.projects).map(async ([name, path]): Promise<KnownProject> => ({
    name,
    id: boxId("default", name, ""),
    mode: "default",
    path,
    status: !await isFolder(path) ? "missing" : folders.has(name) ? "ok" : "no-data",
  }));
  const standalone = Object.entries(records).map(async ([path, { name }]): Promise<KnownProject> => ({
    name,
    id: boxId("standalone", name, await projectHash(path)),
    mode: "standalone",
    path,
    status: await isFolder(path) ? "ok" : "missing",
  }));
  const left = [...folders].filter((name) => !Object.hasOwn(registry.projects, name)).map((
    name,
  ): KnownProject => ({
    name,
    id: boxId("default", name, ""),
    mode: "default",
    path: undefined,
    status: "left-over",
  }));
  const all = [...await Promise.all([...registered, ...standalone]), ...left];
  return all.sort((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : (a.path ?? "") < (b.path ?? "") ? -1 : 1
  );
}

/** Names for completion: nothing is looked at but the registries. */
export async function projectNames(host: Host): Promise<string[]> {
  const [registry, records] = await Promise.all([readRegistry(host), standaloneRecords(host.dirs.state)]);
  return [...new Set([...Object.keys(registry.projects), ...Object.values(records).map(({ name }) => name)])]
    .sort();
}

/** What to say after a project was made while others have lost their workspace; `undefined` when none has. */
export async function orphanHint(host: Host): Promise<string | undefined> {
  const lost = (await listProjects(host)).filter(({ status }) => status === "missing");
  if (lost.length === 0) return undefined;
  const which = lost.length === 1
    ? `The folder of project ${lost[0]!.name} is`
    : `The folders of ${lost.length} projects are`;
  return `${which} gone. If one was moved here: kanibako list --orphan`;
}

async function boxFolders(host: Host): Promise<Set<string>> {
  const names = new Set<string>();
  try {
    for await (const entry of Deno.readDir(host.system.paths.boxes)) {
      if (entry.isDirectory && isName(entry.name)) names.add(entry.name);
    }
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
  }
  return names;
}
