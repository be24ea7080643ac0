/**
 * All projects this machine knows.
 *
 * @module
 */

import { shellQuote } from "../host/ui/text.ts";
import { standaloneRecords } from "../config/approval.ts";
import type { Host } from "../config/system.ts";
import { isFolder } from "../host/path.ts";
import { readText } from "../host/store.ts";
import { boxesFolder, placedMembers, readWorksets, type Workset } from "./membership/members.ts";
import { boxId, projectHash, worksetBoxId } from "./identity.ts";
import { STANDALONE_FOLDERS } from "./layout.ts";
import { isEarlier } from "./earlier/untaken.ts";
import { isName } from "./names.ts";
import { type ProjectMode, qualifiedName, type WorksetPlace } from "./project.ts";
import { readRegistry, type Registry } from "./registry.ts";

/** One line of the list. */
export interface KnownProject {
  readonly name: string;
  /** What a command takes for it: `workset/name` for a project of a workset. */
  readonly qualifiedName: string;
  readonly id: string;
  readonly mode: ProjectMode;
  /** The group it belongs to; present exactly when `mode` is `workset`. */
  readonly workset?: WorksetPlace;
  /** The workspace; absent of left-over data. */
  readonly path: string | undefined;
  /**
   * `ok`; `missing`: the workspace is gone, or a link is in its place; `no-data`: the box's data is gone; `left-over`: data whose project was
   * forgotten.
   */
  readonly status: "ok" | "missing" | "no-data" | "left-over";
}

/** All projects, and the worksets some of them belong to. */
export interface KnownProjects {
  readonly projects: readonly KnownProject[];
  /** Sorted by name; also those that cannot be read, with their error. */
  readonly worksets: readonly Workset[];
}

/** All projects, sorted by name: registered, standalone, of worksets, and what is left of forgotten ones. */
export async function listProjects(host: Host): Promise<readonly KnownProject[]> {
  return (await listAll(host)).projects;
}

/** As {@link listProjects}, with the worksets. */
export async function listAll(host: Host): Promise<KnownProjects> {
  const registry = await readRegistry(host);
  const worksets = await readWorksets(registry.worksets);
  const groups = await Promise.all([
    defaultProjects(host, registry),
    standaloneProjects(host),
    ...worksets.map(worksetProjects),
  ]);
  return { projects: groups.flat().sort(byName), worksets };
}

async function defaultProjects(host: Host, registry: Registry): Promise<KnownProject[]> {
  const folders = await boxFolders(host.system.paths.boxes);
  const entry = (
    name: string,
    path: string | undefined,
    status: KnownProject["status"],
  ): KnownProject => ({
    name,
    qualifiedName: name,
    id: boxId("default", name, ""),
    mode: "default",
    path,
    status,
  });
  const registered = Object.entries(registry.projects).map(([name, path]) =>
    entry(name, path, status(path, folders.has(name)))
  );
  const left = [...folders].filter((name) => !Object.hasOwn(registry.projects, name))
    .map((name) => entry(name, undefined, "left-over"));
  return [...registered, ...left];
}

async function standaloneProjects(host: Host): Promise<KnownProject[]> {
  const records = Object.entries(await standaloneRecords(host.dirs.state));
  return await Promise.all(records.map(async ([path, { name }]): Promise<KnownProject> => ({
    name,
    qualifiedName: name,
    id: boxId("standalone", name, await projectHash(path)),
    mode: "standalone",
    path,
    status: isThere(path) ? "ok" : "missing",
  })));
}

async function worksetProjects(workset: Workset): Promise<KnownProject[]> {
  const { name: group, root } = workset;
  const place = { name: group, root };
  // Of one that cannot be read, nobody can tell which data is left over.
  if (!workset.manifest) return [];
  const folders = await boxFolders(boxesFolder(root));
  const entry = async (
    name: string,
    path: string | undefined,
    status: KnownProject["status"],
  ): Promise<KnownProject> => ({
    name,
    qualifiedName: qualifiedName({ name, workset: place }),
    id: await worksetBoxId(place, name),
    mode: "workset",
    workset: place,
    path,
    status,
  });
  const members = placedMembers([workset]);
  const known = members.map(async ({ member, path }) =>
    await entry(member.name, path, status(path, folders.has(member.name)))
  );
  const left = [...folders].filter((name) => !members.some(({ member }) => member.name === name))
    .map((name) => entry(name, undefined, "left-over"));
  return await Promise.all([...known, ...left]);
}

/** Whether a workspace is where it was: no command uses what a link in its place leads to. */
function isThere(path: string): boolean {
  try {
    return Deno.realPathSync(path) === path && Deno.statSync(path).isDirectory;
  } catch (cause) {
    // Closed to us, it is no less there.
    return cause instanceof Deno.errors.PermissionDenied;
  }
}

function status(path: string, hasData: boolean): KnownProject["status"] {
  return !isThere(path) ? "missing" : hasData ? "ok" : "no-data";
}

function byName(a: KnownProject, b: KnownProject): number {
  const [left, right] = [a, b].map(({ qualifiedName, path = "" }) => `${inOrder(qualifiedName)}\0${path}`);
  return left! < right! ? -1 : 1;
}

/** A name as it sorts: m2 before m10. A collator does the same and takes 50 ms to load. */
export function inOrder(name: string): string {
  return name.replace(/\d+/g, (digits) => digits.padStart(20, "0"));
}

/** Names for completion: nothing is looked at but the registries. */
export async function projectNames(host: Host): Promise<string[]> {
  const [registry, records] = await Promise.all([readRegistry(host), standaloneRecords(host.dirs.state)]);
  const members = placedMembers(await readWorksets(registry.worksets));
  return [
    ...new Set([
      ...Object.keys(registry.projects),
      ...Object.values(records).map(({ name }) => name),
      ...members.map(({ workset, member }) => `${workset.name}/${member.name}`),
    ]),
  ].sort();
}

/** Where a project is, and what a command takes for it. */
export interface KnownPlace {
  readonly name: string;
  readonly mode: ProjectMode;
  /** The workspace. */
  readonly path: string;
}

/** The workspaces of all projects, and the roots of worksets. As for completion, nothing is looked at but the registries. */
export async function knownPlaces(
  host: Host,
): Promise<{ projects: readonly KnownPlace[]; worksets: readonly WorksetPlace[] }> {
  const [registry, records] = await Promise.all([readRegistry(host), standaloneRecords(host.dirs.state)]);
  const worksets = await readWorksets(registry.worksets);
  const places: KnownPlace[] = [
    ...Object.entries(registry.projects).map(([name, path]) => ({ name, mode: "default", path }) as const),
    // A name of theirs need not be theirs alone.
    ...Object.keys(records).map((path) => ({ name: path, mode: "standalone", path }) as const),
    ...placedMembers(worksets).map(({ workset, member, path }) =>
      ({ name: `${workset.name}/${member.name}`, mode: "workset", path }) as const
    ),
  ];
  const byPath = new Map(places.reverse().map((place) => [place.path, place]));
  return { projects: [...byPath.values()].sort((a, b) => a.path < b.path ? -1 : 1), worksets };
}

/** Names of worksets for completion. */
export async function worksetNames(host: Host): Promise<string[]> {
  return Object.keys((await readRegistry(host)).worksets).sort();
}

/**
 * What to say after a project was made in a folder whose earlier box is still there, or while others have lost their workspace;
 * `undefined` when there is nothing.
 */
export async function orphanHint(host: Host, path: string): Promise<string | undefined> {
  const known = await listProjects(host);
  const earlier = await earlierBox(host, known, path);
  if (earlier !== undefined) {
    const name = known.find((one) => one.path === path)?.qualifiedName;
    return `The data of this folder's earlier box ${earlier} is still there. To use it instead: ` +
      `kanibako rm ${name ?? "NAME"} --purge, then kanibako box migrate ${earlier} ${shellQuote(path)}`;
  }
  if (await hasEarlier(host, known, path)) {
    const name = known.find((one) => one.path === path)?.qualifiedName;
    return `The data of this folder's box of an earlier version is still there. To use it instead: ` +
      `kanibako rm ${name ?? "NAME"} --purge, then kanibako system migrate`;
  }
  const lost = known.filter(({ status }) => status === "missing");
  if (lost.length === 0) return undefined;
  const which = lost.length === 1
    ? `The folder of project ${lost[0]!.qualifiedName} is`
    : `The folders of ${lost.length} projects are`;
  return `${which} gone. If one was moved here: kanibako list --orphan`;
}

/** Whether the earlier program left a box of this folder: called by a hash, or with settings in YAML. */
async function hasEarlier(host: Host, known: readonly KnownProject[], path: string): Promise<boolean> {
  const { boxes } = host.system.paths;
  if (isFolder(`${boxes}/${await projectHash(path)}`)) return true;
  if (STANDALONE_FOLDERS.some((name) => isEarlier(`${path}/${name}`))) return true;
  for (const { name, mode, status } of known) {
    if (status !== "left-over" || mode !== "default" || !isEarlier(`${boxes}/${name}`)) continue;
    const text = await Deno.readTextFile(`${boxes}/${name}/project.yaml`).catch(() => "");
    if (text.includes(`workspace: ${path}\n`)) return true;
  }
  return false;
}

/** A forgotten project whose folder this was. */
async function earlierBox(
  host: Host,
  known: readonly KnownProject[],
  path: string,
): Promise<string | undefined> {
  for (const { name, mode, status } of known) {
    if (status !== "left-over" || mode !== "default") continue;
    const text = await readText(`${host.system.paths.boxes}/${name}/project.toml`).catch(() => "");
    if (text?.includes(`workspace = ${JSON.stringify(path)}`)) return name;
  }
  return undefined;
}

/** The folders of boxes below one folder. */
async function boxFolders(folder: string): Promise<Set<string>> {
  const names = new Set<string>();
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (entry.isDirectory && isName(entry.name)) names.add(entry.name);
    }
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
  }
  return names;
}
