/**
 * Forgets a project, and deletes its data when asked to. The workspace stays.
 *
 * @module
 */

import { recordStandalone, standaloneRecords } from "../config/approval.ts";
import { readConfig } from "../config/file.ts";
import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { nearest, shellQuote } from "../host/text.ts";
import { standaloneAt } from "./detect.ts";
import { boxId, projectHash } from "./identity.ts";
import { isWithin, STANDALONE_FOLDERS } from "./layout.ts";
import { isName } from "./names.ts";
import { readRegistry, type Registry, updateRegistry } from "./registry.ts";
import { exists } from "./undo.ts";
import { unlinkVault } from "./vault_folders.ts";

/** What can be removed, found by a name or a folder. */
export interface Removal {
  /** `left-over`: data whose project was forgotten before. */
  readonly kind: "default" | "standalone" | "left-over";
  readonly name: string;
  /** The box's identity: its container, if any, is to be stopped first. */
  readonly id: string;
  /** The workspace; absent of left-over data. */
  readonly path: string | undefined;
  /** Folders a purge deletes, those that exist. */
  readonly data: readonly string[];
}

/** What was done. */
export interface RemovalResult {
  /** Folders that are still there. */
  readonly remaining: readonly string[];
  /** Why each of them could not be deleted; empty when nobody asked. `needs-engine`: other users' files are in it. */
  readonly failures: readonly { readonly path: string; readonly error: KanibakoError }[];
}

/** Deletes a folder a box could write. `removeTree` of `host/tree.ts` unless told. */
export type RemoveTree = (path: string) => Promise<void>;

/** What a word means to remove: a name, a folder, or the name of left-over data. Throws `unknown-project`. */
export async function findRemoval(host: Host, word: string, cwd: string = Deno.cwd()): Promise<Removal> {
  const registry = await readRegistry(host);
  const records = await standaloneRecords(host.dirs.state);
  const boxes = host.system.paths.boxes;
  if (Object.hasOwn(registry.projects, word)) return await ofDefault(host, word, registry.projects[word]);
  const path = await folderOf(word, cwd);
  const registered = Object.entries(registry.projects).find(([, owner]) => owner === path);
  if (registered) return await ofDefault(host, registered[0], registered[1]);
  const standalone = Object.entries(records).filter(([at, record]) => at === path || record.name === word);
  const exact = standalone.find(([at]) => at === path) ??
    (standalone.length === 1 ? standalone[0] : undefined);
  if (exact) return await ofStandalone(host, exact[0], exact[1].name);
  if (isName(word) && await exists(`${boxes}/${word}`)) return await ofDefault(host, word, undefined);
  throw unknown(word, registry, Object.values(records).map(({ name }) => name));
}

/** Forgets the project and, with `purge`, deletes its data. A failed deletion is told, not thrown. */
export async function removeProject(
  host: Host,
  removal: Removal,
  options: { readonly purge: boolean; readonly removeTree?: RemoveTree },
): Promise<RemovalResult> {
  await updateRegistry(host, (draft) => {
    if (removal.kind === "default" && draft.projects[removal.name] === removal.path) {
      delete draft.projects[removal.name];
    }
  });
  if (removal.kind === "standalone") await recordStandalone(host.dirs.state, removal.path!, undefined);
  const failures: { path: string; error: KanibakoError }[] = [];
  if (options.purge) {
    const removeTree = options.removeTree ?? (await import("../host/tree.ts")).removeTree;
    if (removal.path !== undefined && removal.kind === "default") {
      await unlinkVault(host, removal.path, `${host.system.paths.boxes}/${removal.name}`);
    }
    for (const path of removal.data) {
      try {
        await removeTree(path);
      } catch (error) {
        if (!(error instanceof KanibakoError)) throw error;
        failures.push({ path, error });
      }
    }
  }
  return { remaining: await existing(removal.data), failures };
}

async function ofDefault(host: Host, name: string, path: string | undefined): Promise<Removal> {
  const id = boxId("default", name, "");
  const data = [`${host.system.paths.boxes}/${name}`, ...records(host, id, name)];
  // A home inside the workspace is the box's data too; the rest of the workspace is not.
  if (path !== undefined && await isSimple(host, name)) data.unshift(`${path}/.shell`);
  return { kind: path === undefined ? "left-over" : "default", name, id, path, data: await existing(data) };
}

async function isSimple(host: Host, name: string): Promise<boolean> {
  // A damaged file must not keep its project from being removed.
  const config = await readConfig(`${host.system.paths.boxes}/${name}/project.toml`, "box").catch(() =>
    undefined
  );
  return config?.values["layout"] === "simple";
}

async function ofStandalone(host: Host, path: string, name: string): Promise<Removal> {
  const id = boxId("standalone", name, await projectHash(path));
  const found = await standaloneAt(path).catch(() => undefined);
  const metadata = found?.mode === "standalone" ? found.metadata : `${path}/${STANDALONE_FOLDERS[0]}`;
  const robust = found?.mode === "standalone" && found.config.values["layout"] === "robust";
  const data = [metadata, ...(robust ? [`${path}/shell`] : []), ...records(host, id, id)];
  return { kind: "standalone", name, id, path, data: await existing(data) };
}

function records(host: Host, id: string, name: string): string[] {
  return [`${host.dirs.state}/boxes/${id}`, `${host.system.paths.data}/logs/${name}`];
}

async function existing(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) if (await exists(path)) found.push(path);
  return found.filter((path, index) => !found.some((other, at) => at !== index && isWithin(path, other)));
}

async function folderOf(word: string, cwd: string): Promise<string> {
  const path = word.startsWith("/") ? word : `${cwd}/${word}`;
  return await Deno.realPath(path).catch(() => path.replace(/(?<=.)\/+$/, ""));
}

function unknown(word: string, registry: Registry, standalone: readonly string[]): KanibakoError {
  const meant = nearest(word, [...Object.keys(registry.projects), ...standalone]);
  return new KanibakoError("unknown-project", `${shellQuote(word)} is not a registered project.`, {
    hint: meant === undefined ? "kanibako list shows all projects." : `Did you mean ${shellQuote(meant)}?`,
  });
}
