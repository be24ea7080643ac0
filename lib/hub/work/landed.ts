/**
 * What has landed, and what was there before: kept in the state of the box, so that it can be taken back.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import {
  check,
  integer,
  listOf,
  number,
  oneOf,
  optional,
  schemaOf,
  shape,
  text,
} from "../../host/light_schema.ts";
import { FileLock, readJson, type Schema, writeJson } from "../../host/store.ts";
import { type Folder, openFolder } from "../../host/tree/folder.ts";
import { removeTree } from "../../host/tree/remove.ts";

/** As many of these are kept; the oldest go first. */
const MOST_KEPT = 20;
/** As long may all be that they keep, in bytes; the last one is kept whatever it is. */
const MOST_BYTES = 4 * 2 ** 30;
const KINDS = oneOf("file", "folder", "symlink");

/** One path. */
const PATH = shape({
  path: text,
  /** What was there. */
  before: optional(KINDS),
  /** What landed. */
  after: optional(KINDS),
  /** Of what landed: by what it is known. */
  sum: optional(text),
  target: optional(text),
  size: optional(number),
  mtime: optional(text),
  /** The mode of `report.protect` from which on a box cannot write it. */
  protect: optional(oneOf("hooks", "all")),
});

/** The record. */
export interface Landed {
  readonly version: 1;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The folder it landed in. */
  readonly parent: string;
  /** The folder it came from. */
  readonly from: string;
  /** `begun`: a call that was killed may have come to any point. */
  readonly status: "begun" | "done";
  /** The folder within the parent's that was in use. */
  readonly inside?: string | undefined;
  /** Length of all that is kept of what was there. */
  readonly bytes: number;
  readonly paths: readonly LandedPath[];
}

/** One path that landed. */
export interface LandedPath {
  readonly path: string;
  readonly before?: "file" | "folder" | "symlink" | undefined;
  readonly after?: "file" | "folder" | "symlink" | undefined;
  readonly sum?: string | undefined;
  readonly target?: string | undefined;
  readonly size?: number | undefined;
  readonly mtime?: string | undefined;
  readonly protect?: "hooks" | "all" | undefined;
}

const schema: Schema<Landed> = schemaOf(shape({
  version: check<1>("a record that this version cannot read", (value) => value === 1),
  at: integer,
  parent: text,
  from: text,
  status: oneOf("begun", "done"),
  inside: optional(text),
  bytes: number,
  paths: listOf(PATH),
}));

/** All records in a folder, the oldest first. Takes no lock and changes nothing: one that is removed meanwhile is left out. */
export async function readLandings(path: string): Promise<readonly Landed[]> {
  const found: [id: string, landed: Landed][] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(path)) {
      const landed = isDirectory ? await readJson(`${path}/${name}/landed.json`, schema) : undefined;
      if (landed) found.push([name, landed]);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found.sort(([a], [b]) => a < b ? -1 : 1).map(([, landed]) => landed);
}

/** The records of one box, with the lock on them. */
export class LandedStore implements Disposable {
  readonly #mostBytes: number;
  readonly #path: string;
  readonly #lock: FileLock;

  private constructor(path: string, lock: FileLock, mostBytes: number) {
    this.#mostBytes = mostBytes;
    this.#path = path;
    this.#lock = lock;
  }

  /** Opens it; makes the folder. Who else wants to land something waits. */
  static async open(path: string, mostBytes: number = MOST_BYTES): Promise<LandedStore> {
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
    return new LandedStore(path, await FileLock.acquire(`${path}/lock`), mostBytes);
  }

  [Symbol.dispose](): void {
    this.#lock[Symbol.dispose]();
  }

  /** Makes the folder of a new record, and answers its name: later ones come later in order. */
  async make(): Promise<{ readonly id: string; readonly folder: Folder }> {
    const id = `${new Date().toISOString().replace(/[-:.]/g, "")}-${crypto.randomUUID().slice(0, 8)}`;
    await Deno.mkdir(`${this.#path}/${id}`, { mode: 0o700 });
    return { id, folder: openFolder(`${this.#path}/${id}`) };
  }

  /** Writes a record. */
  async write(id: string, landed: Landed): Promise<void> {
    await writeJson(`${this.#path}/${id}/landed.json`, landed);
  }

  /** Reads one. Throws `no-undo`. */
  async read(id: string): Promise<Landed> {
    const isName = /^[0-9A-Za-z-]{10,60}$/.test(id);
    const landed = isName ? await readJson(`${this.#path}/${id}/landed.json`, schema) : undefined;
    if (landed) return landed;
    throw new KanibakoError("no-undo", "There is nothing of that name to take back.", {
      hint: "The last 20 that landed are kept. Leave the name out for the last one.",
    });
  }

  /** The folder of a record. */
  folder(id: string): Folder {
    return openFolder(`${this.#path}/${id}`);
  }

  /** The names of all records, the oldest first. Folders without one are of a killed call that had not begun. */
  async ids(): Promise<string[]> {
    const found: string[] = [];
    for (const { name, isDirectory } of Deno.readDirSync(this.#path)) {
      if (!isDirectory) continue;
      if (await readJson(`${this.#path}/${name}/landed.json`, schema)) found.push(name);
      else await removeTree(`${this.#path}/${name}`);
    }
    return found.sort();
  }

  /** Removes one. */
  async remove(id: string): Promise<void> {
    await removeTree(`${this.#path}/${id}`);
  }

  /** Removes those that are too many. */
  async prune(): Promise<void> {
    let [count, bytes] = [0, 0];
    for (const id of (await this.ids()).reverse()) {
      bytes += (await this.read(id)).bytes;
      if (++count > 1 && (count > MOST_KEPT || bytes > this.#mostBytes)) await this.remove(id);
    }
  }
}
