/**
 * Which project, or what is left of one, is meant to be removed, and what its data is. The workspace is none of it.
 *
 * @module
 */

import { helperPlaces } from "../hub/left.ts";
import { absolutePath, exists, normalPath, real } from "../host/path.ts";
import { boxState } from "../config/box_state.ts";
import { standaloneRecords } from "../config/approval.ts";
import { readConfig } from "../config/file.ts";
import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { nearest, shellQuote } from "../host/ui/text.ts";
import {
  manifestOf,
  memberBox,
  memberPath,
  memberVault,
  placedMembers,
  readWorksets,
  type Workset,
  workspacesFolder,
} from "./membership/members.ts";
import { standaloneAt } from "./detect.ts";
import { boxId, projectHash, worksetBoxId } from "./identity.ts";
import { isWithin, STANDALONE_FOLDERS } from "./layout.ts";
import { memberHere, qualifiedParts } from "./locate.ts";
import { isName } from "./names.ts";
import type { WorksetPlace } from "./project.ts";
import { readRegistry, type Registry } from "./registry.ts";

/** What can be removed, found by a name or a folder. */
export interface Removal {
  /** `left-over`: data whose project was forgotten before. */
  readonly kind: "default" | "workset" | "standalone" | "left-over";
  readonly name: string;
  /** What a command takes for it: `workset/name` for a project of a workset. */
  readonly qualifiedName: string;
  /** Its group, of a project (or what is left of one) in a workset. */
  readonly workset?: WorksetPlace;
  /** The box's identity: its container, if any, is to be stopped first. */
  readonly id: string;
  /** The workspace; absent of left-over data. */
  readonly path: string | undefined;
  /** Folders a purge deletes, those that exist. */
  readonly data: readonly string[];
}

/** What a word means to remove: a name, a folder, or the name of left-over data. Throws `unknown-project`. */
export async function findRemoval(host: Host, word: string, cwd: string = Deno.cwd()): Promise<Removal> {
  const registry = await readRegistry(host);
  const records = await standaloneRecords(host.dirs.state);
  const boxes = host.system.paths.boxes;
  const parts = qualifiedParts(registry, word, absolutePath(word, cwd));
  if (parts?.workset === "default") {
    // `default/name` and `name` are one, unless a workset around us has a project of that name.
    return await findRemoval(host, parts.name, "/");
  }
  if (parts) {
    const [workset] = await readWorksets({ [parts.workset]: registry.worksets[parts.workset]! });
    const removal = await ofMember(host, workset!, parts.name);
    if (removal) return removal;
    throw unknown(word, registry, await memberNames(registry));
  }
  const here = await memberHere(registry, word, cwd);
  if (here) return await findRemoval(host, `${here.workset.name}/${word}`, "/");
  if (Object.hasOwn(registry.projects, word)) return await ofDefault(host, word, registry.projects[word]);
  const named = normalPath(absolutePath(word, cwd));
  // The path of a project is that project, wherever a link in its place may lead.
  const isKnown = Object.hasOwn(records, named) || Object.values(registry.projects).includes(named);
  const path = isKnown ? named : await folderOf(word, cwd);
  const worksets = await readWorksets(registry.worksets);
  const placed = placedMembers(worksets).find((member) =>
    member.path === path || `${workspacesFolder(member.workset.root)}/${member.member.name}` === path
  );
  if (placed) {
    const workset = worksets.find(({ name }) => name === placed.workset.name)!;
    return (await ofMember(host, workset, placed.member.name))!;
  }
  const registered = Object.entries(registry.projects).find(([, owner]) => owner === path);
  if (registered) return await ofDefault(host, registered[0], registered[1]);
  const standalone = Object.entries(records).filter(([at, record]) => at === path || record.name === word);
  const exact = standalone.find(([at]) => at === path) ??
    (standalone.length === 1 ? standalone[0] : undefined);
  if (exact) return await ofStandalone(host, exact[0], exact[1].name);
  if (isName(word) && exists(`${boxes}/${word}`)) return await ofDefault(host, word, undefined);
  if (Object.hasOwn(registry.worksets, word)) {
    throw new KanibakoError("is-workset", `${shellQuote(word)} is a workset, not a project.`, {
      hint: [`To forget it: kanibako workset rm ${word}`, `One of its projects: kanibako rm ${word}/PROJECT`],
    });
  }
  throw unknown(word, registry, [
    ...Object.values(records).map(({ name }) => name),
    ...await memberNames(registry),
  ]);
}

async function ofDefault(host: Host, name: string, path: string | undefined): Promise<Removal> {
  const id = boxId("default", name, "");
  const data = [`${host.system.paths.boxes}/${name}`, ...records(host, id, name)];
  // A home inside the workspace is the box's data too; the rest of the workspace is not.
  if (path !== undefined && isItself(path) && await isSimple(`${host.system.paths.boxes}/${name}`)) {
    data.unshift(`${path}/.shell`);
  }
  return {
    kind: path === undefined ? "left-over" : "default",
    name,
    qualifiedName: name,
    id,
    path,
    data: existing(data),
  };
}

/** A project of a workset, or what is left of one; `undefined` when there is neither. */
async function ofMember(host: Host, workset: Workset, name: string): Promise<Removal | undefined> {
  const { root, name: group } = workset;
  const member = manifestOf(workset).members.find((one) => one.name === name);
  const box = memberBox(root, name);
  if (!member && !(isName(name) && exists(box))) return undefined;
  const place = { name: group, root };
  const id = await worksetBoxId(place, name);
  const path = member && memberPath(root, member);
  const data = [box, memberVault(root, name), ...records(host, id, id)];
  if (path !== undefined && isItself(path) && await isSimple(box)) data.unshift(`${path}/.shell`);
  return {
    kind: member ? "workset" : "left-over",
    name,
    qualifiedName: `${group}/${name}`,
    workset: place,
    id,
    path,
    data: existing(data),
  };
}

async function memberNames(registry: Registry): Promise<string[]> {
  return placedMembers(await readWorksets(registry.worksets))
    .map(({ workset, member }) => `${workset.name}/${member.name}`);
}

async function isSimple(box: string): Promise<boolean> {
  // A damaged file must not keep its project from being removed.
  const config = await readConfig(`${box}/project.toml`, "box").catch(() => undefined);
  return config?.values["layout"] === "simple";
}

async function ofStandalone(host: Host, path: string, name: string): Promise<Removal> {
  const id = boxId("standalone", name, await projectHash(path));
  const found = await standaloneAt(path).catch(() => undefined);
  const metadata = found?.mode === "standalone" ? found.metadata : `${path}/${STANDALONE_FOLDERS[0]}`;
  const robust = found?.mode === "standalone" && found.config.values["layout"] === "robust";
  const inside = isItself(path) ? [metadata, ...(robust ? [`${path}/shell`] : [])] : [];
  const data = [...inside, ...records(host, id, id)];
  return { kind: "standalone", name, qualifiedName: name, id, path, data: existing(data) };
}

/** What a registered path leads to by a link, which a box may have put there, belongs to somebody else. */
function isItself(path: string): boolean {
  return !exists(path) || real(path) === path;
}

function records(host: Host, id: string, name: string): string[] {
  return [
    boxState(host.dirs, id),
    `${host.system.paths.data}/logs/${name}`,
    ...helperPlaces(host.dirs, id),
  ];
}

function existing(paths: readonly string[]): string[] {
  const found: string[] = [];
  for (const path of paths) if (exists(path)) found.push(path);
  return found.filter((path, index) => !found.some((other, at) => at !== index && isWithin(path, other)));
}

async function folderOf(word: string, cwd: string): Promise<string> {
  const path = absolutePath(word, cwd);
  return await Deno.realPath(path).catch(() => path.replace(/(?<=.)\/+$/, ""));
}

function unknown(word: string, registry: Registry, standalone: readonly string[]): KanibakoError {
  const meant = nearest(word, [...Object.keys(registry.projects), ...standalone]);
  return new KanibakoError("unknown-project", `${shellQuote(word)} is not a registered project.`, {
    hint: meant === undefined ? "To list projects: kanibako list" : `Did you mean ${shellQuote(meant)}?`,
  });
}
