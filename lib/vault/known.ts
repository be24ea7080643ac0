/**
 * What is known of the live folder since the last snapshot: a hash of every entry, so that the next call sees what changed
 * without reading a file. Kept with our own state, where no box can write.
 *
 * A hash takes in what a box cannot set as it likes: the inode's number and its time of change.
 *
 * @module
 */

import { cannot } from "../host/store.ts";
import type { FolderHandle } from "../host/tree_handle.ts";
import { type Kind, type WalkEntry, walkTree } from "../host/tree_walk.ts";
import { Hasher, type HashKey, HashSet64, newKey } from "./hash_set.ts";
import type { PartName } from "./record.ts";

/** A part of what a snapshot takes. */
export interface LivePart {
  readonly name: PartName;
  readonly folder: FolderHandle;
  readonly exclude?: ((path: string, kind: Kind) => boolean) | undefined;
}

/** What was there when a snapshot was taken. */
export interface Known {
  /** The id of the snapshot. */
  readonly snapshot: string;
  readonly key: HashKey;
  readonly entries: HashSet64;
}

/** What is there now. */
export interface Survey {
  readonly key: HashKey;
  readonly entries: HashSet64;
  readonly files: number;
  /** Length of all files, in bytes. */
  readonly bytes: number;
  /** How many entries are as they were. */
  readonly same: number;
  /** Whether there is nothing a snapshot could hold. */
  readonly isEmpty: boolean;
  /** The latest change of any entry, in nanoseconds since 1970. */
  readonly newestNs: bigint;
  /** False: something changed so lately that a further change could look the same. */
  readonly settled: boolean;
}

/** The kernel's clock for files goes on in steps of at most this. */
export const CLOCK_STEP_MS = 20;
const MAX_WAITS = 3;
/** Most entries that are looked at again by themselves. */
const MAX_LATE = 64;
const MAGIC = "kanibako-vault-1";

/**
 * Looks at everything, reads nothing. Waits some milliseconds when something was changed just now, so that what is changed
 * after this can be told from what was there.
 */
export async function survey(parts: readonly LivePart[], known: Known | undefined): Promise<Survey> {
  for (let waits = 0;; waits++) {
    const { found, late } = surveyOnce(parts, known);
    if (late.length === 0) return { ...found, settled: true };
    await new Promise((resolve) => setTimeout(resolve, CLOCK_STEP_MS + 1));
    // What was changed just now and is the same after a step of the clock needs no second look at all the rest.
    if (late.length <= MAX_LATE && late.every(isStill)) return { ...found, settled: true };
    if (waits === MAX_WAITS) return { ...found, settled: false };
  }
}

/** Something that was changed just now. */
interface Late {
  readonly folder: FolderHandle;
  readonly path: string;
  readonly ctimeNs: bigint;
}

function isStill({ folder, path, ctimeNs }: Late): boolean {
  const slash = path.lastIndexOf("/");
  try {
    using inner = slash < 0 ? undefined : folder.openPath(path.slice(0, slash));
    return (slash < 0 ? folder : inner)?.info(path.slice(slash + 1))?.ctimeNs === ctimeNs;
  } catch {
    return false;
  }
}

function surveyOnce(
  parts: readonly LivePart[],
  known: Known | undefined,
): { found: Omit<Survey, "settled">; late: Late[] } {
  const key = known?.key ?? newKey();
  const hasher = new EntryHasher(key);
  const entries = new HashSet64(known?.entries.size ?? 1024);
  const began = BigInt(Date.now() - CLOCK_STEP_MS) * 1_000_000n;
  const late: Late[] = [];
  let [files, bytes, same, isEmpty, newestNs] = [0, 0, 0, true, 0n];
  for (const part of parts) {
    const { folder } = part;
    const report = walkTree(folder.path, (entry) => {
      const { low, high } = hasher.of(part.name, entry);
      entries.add(low, high);
      if (known?.entries.has(low, high)) same++;
      if (entry.ctimeNs > newestNs) newestNs = entry.ctimeNs;
      if (entry.ctimeNs >= began && late.length <= MAX_LATE) {
        late.push({ folder, path: entry.path, ctimeNs: entry.ctimeNs });
      }
    }, { exclude: part.exclude });
    const { low, high } = hasher.ofRoot(part);
    entries.add(low, high);
    if (known?.entries.has(low, high)) same++;
    files += report.files;
    bytes += report.bytes;
    isEmpty &&= report.files + report.folders + report.symlinks === 0;
  }
  return { found: { key, entries, files, bytes, same, isEmpty, newestNs }, late };
}

/** Whether nothing at all changed. */
export function isUnchanged(found: Survey, known: Known | undefined): boolean {
  return known !== undefined && found.same === found.entries.size && found.same === known.entries.size;
}

/** Hashes entries of a walk. */
export class EntryHasher {
  readonly #hasher: Hasher;
  /** Room for an inode's numbers, read as words: cheaper than taking them apart. */
  readonly #longs = new BigInt64Array(3);
  readonly #words = new Uint32Array(this.#longs.buffer);
  /** The folder the last entry was in, and the hash of its path. */
  #folder: WalkEntry | undefined;
  #part: PartName | undefined;
  #low = 0;
  #high = 0;

  /** One for a key. */
  constructor(key: HashKey) {
    this.#hasher = new Hasher(key);
  }

  /** The hash of a part's own folder: not of its inode, which a restore swaps. */
  ofRoot({ name, folder }: LivePart): { readonly low: number; readonly high: number } {
    const { mode, uid, gid, mtimeNs } = folder.self();
    const hasher = this.#hasher;
    hasher.start();
    hasher.word(name === "content" ? 1 : 2);
    for (const word of [mode, uid, gid]) hasher.word(word);
    this.#longs[0] = mtimeNs;
    hasher.word(this.#words[0]!);
    hasher.word(this.#words[1]!);
    hasher.finish();
    return hasher;
  }

  /** The hash of one entry; good until the next is asked for. */
  of(part: PartName, entry: WalkEntry): { readonly low: number; readonly high: number } {
    const hasher = this.#hasher;
    if (entry.parent !== this.#folder || part !== this.#part) {
      hasher.start();
      hasher.word(part === "content" ? 1 : 2);
      hasher.text(entry.parent?.path ?? "");
      [this.#folder, this.#part, this.#low, this.#high] = [entry.parent, part, hasher.low, hasher.high];
    }
    hasher.low = this.#low;
    hasher.high = this.#high;
    hasher.bytes(entry.name);
    hasher.word(entry.kind.length);
    hasher.word(entry.mode);
    hasher.word(entry.uid);
    hasher.word(entry.gid);
    hasher.word(entry.size);
    hasher.word(Math.floor(entry.size / 2 ** 32));
    this.#longs[0] = entry.mtimeNs;
    this.#longs[1] = entry.ctimeNs;
    this.#longs[2] = entry.ino;
    for (let at = 0; at < 6; at++) hasher.word(this.#words[at]!);
    hasher.finish();
    return hasher;
  }
}

/** Reads what is known; `undefined` when nothing is. A damaged file is nothing known. */
export async function readKnown(state: string): Promise<Known | undefined> {
  const bytes = await Deno.readFile(fileOf(state)).catch(() => undefined);
  const end = bytes?.indexOf(10) ?? -1;
  if (!bytes || end < 0) return undefined;
  const [magic, snapshot, low, high, count] = new TextDecoder().decode(bytes.subarray(0, end)).split(" ");
  const entries = bytes.subarray(end + 1);
  if (magic !== MAGIC || !snapshot || entries.length !== Number(count) * 8) return undefined;
  return { snapshot, key: [Number(low), Number(high)], entries: HashSet64.from(entries) };
}

/** Writes what is known, whole. `undefined`: nothing is. */
export async function writeKnown(state: string, known: Known | undefined): Promise<void> {
  const path = fileOf(state);
  if (!known) {
    await Deno.remove(path).catch(() => {});
    return;
  }
  const { snapshot, key, entries } = known;
  const header = new TextEncoder().encode(`${MAGIC} ${snapshot} ${key[0]} ${key[1]} ${entries.size}\n`);
  const temporary = `${path}.${Deno.pid}.tmp`;
  try {
    using file = await Deno.open(temporary, { write: true, create: true, truncate: true, mode: 0o600 });
    for (const part of [header, entries.bytes()]) {
      for (let done = 0; done < part.length;) done += await file.write(part.subarray(done));
    }
    await Deno.rename(temporary, path);
  } catch (cause) {
    await Deno.remove(temporary).catch(() => {});
    throw cannot("write", path, cause);
  }
}

function fileOf(state: string): string {
  return `${state}/vault.known`;
}
