/**
 * The boxes of the earlier program: what each of them is called, and where its project is.
 *
 * Up to 0.x a box's folder is named after the SHA-256 of its project's path, and a file in it says the path. Later versions have a
 * registry of names.
 *
 * @module
 */

import { readUntrusted } from "../../config/approval.ts";
import { KanibakoError } from "../../host/error.ts";
import { isFolder, normalPath } from "../../host/path.ts";
import { type Document, readDocument, type Table, tableAt, textAt } from "./document.ts";
import type { Source } from "./source.ts";

/** One box as the earlier program left it. */
export interface EarlierBox {
  /** The name of its folder. */
  readonly folder: string;
  /** Its folder; absent of a name whose data is gone. */
  readonly metadata: string | undefined;
  /** What it was called, which need not be a name here. */
  readonly name: string;
  /** Its project, absolute; `undefined` where nothing says it. */
  readonly path: string | undefined;
  /** What its settings say. */
  readonly document: Document | undefined;
  /** Why it cannot be read. */
  readonly error?: KanibakoError;
}

/** The registry of names, in either form. */
export interface EarlierNames {
  readonly projects: ReadonlyMap<string, string>;
  readonly worksets: ReadonlyMap<string, string>;
}

/** Most boxes of one place. */
const MAX_BOXES = 10_000;
const HASH = /^[0-9a-f]{64}$/;
/** A folder all unregistered projects once shared: whose its content is, nobody knows. */
export const PLACEHOLDER = "__unregistered__";

/** Reads the names. Worksets are those of their own registry, too. */
export async function readNames({ data, worksets }: Source): Promise<EarlierNames> {
  if (data === undefined) return { projects: new Map(), worksets: new Map() };
  const names = (await readDocument(`${data}/names`))?.table ?? {};
  const groups = (await readDocument(worksets))?.table ?? {};
  return {
    projects: pathsOf(tableAt(names, "projects")),
    worksets: new Map([...pathsOf(tableAt(groups, "worksets")), ...pathsOf(tableAt(names, "worksets"))]),
  };
}

function pathsOf(table: Table): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of Object.keys(table)) {
    const path = absolute(textAt(table, name));
    if (path !== undefined) found.set(name, path);
  }
  return found;
}

/** Every box of the default mode, sorted by its project; also names whose data is gone. */
export async function readBoxes(source: Source, names: EarlierNames): Promise<readonly EarlierBox[]> {
  const boxes: EarlierBox[] = [];
  for (const folder of await foldersIn(source.boxes)) {
    boxes.push(await readBox(`${source.boxes}/${folder}`, folder, names.projects.get(folder)));
  }
  const known = new Set(boxes.map(({ folder }) => folder));
  for (const [name, path] of names.projects) {
    if (!known.has(name)) boxes.push({ folder: name, metadata: undefined, name, path, document: undefined });
  }
  return boxes.sort((a, b) => (a.path ?? a.folder) < (b.path ?? b.folder) ? -1 : 1);
}

async function readBox(
  metadata: string,
  folder: string,
  registered: string | undefined,
): Promise<EarlierBox> {
  try {
    const document = await readDocument(`${metadata}/project`);
    const table = document?.table ?? {};
    const crumb = await readUntrusted(`${metadata}/project-path.txt`, 8192);
    const path = registered ?? workspaceOf(table) ?? absolute(crumb?.split("\n")[0]?.trim());
    const hashed = HASH.test(folder);
    const base = path?.slice(path.lastIndexOf("/") + 1) ?? "";
    const name = hashed ? textAt(tableAt(table, "project"), "name") ?? base : folder;
    return { folder, metadata, name: name === "" ? "project" : name, path, document };
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    return { folder, metadata, name: folder, path: registered, document: undefined, error };
  }
}

/** Where a box's settings say that its project is. */
function workspaceOf(table: Table): string | undefined {
  return absolute(
    textAt(tableAt(table, "resolved"), "workspace") ?? textAt(tableAt(table, "paths"), "workspace"),
  );
}

/** A path of a document, where it is one that can be used. */
export function absolute(path: unknown): string | undefined {
  // deno-lint-ignore no-control-regex
  if (typeof path !== "string" || !/^\/[^\u0000-\u001f\u007f]*$/.test(path) || path.length > 4095) {
    return undefined;
  }
  return normalPath(path);
}

/** The names of folders in a folder, sorted. Links lead nowhere. */
export async function foldersIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  if (!isFolder(folder)) return found;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (!isDirectory) continue;
    if (found.push(name) > MAX_BOXES) {
      throw new KanibakoError("too-large", `There are more than ${MAX_BOXES} folders in ${folder}.`);
    }
  }
  return found.sort();
}
