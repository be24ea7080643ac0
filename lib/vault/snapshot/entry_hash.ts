/**
 * The hash by which an entry of the live folder is known again. It takes in what a box cannot set as it likes: the inode's number
 * and its time of change.
 *
 * @module
 */

import type { Folder } from "../../host/tree/folder.ts";
import type { WalkEntry } from "../../host/tree/walk.ts";
import { Hasher, type HashKey } from "./hash_set.ts";
import type { PartName } from "../record.ts";

/** Hashes entries of a walk. */
export class EntryHasher {
  readonly #hasher: Hasher;
  /** Room for an inode's numbers, read as words: cheaper than taking them apart. */
  readonly #longs = new BigInt64Array(3);
  readonly #words = new Uint32Array(this.#longs.buffer);
  /** The hashes of folders' paths: of each the hash of the one above it, and its name. */
  readonly #paths = new WeakMap<WalkEntry, readonly [number, number]>();
  /** The folder the last entry was in, and the hash of its path. */
  #folder: WalkEntry | undefined;
  #part: PartName | undefined;
  #above: readonly [number, number] = [0, 0];

  /** One for a key. */
  constructor(key: HashKey) {
    this.#hasher = new Hasher(key);
  }

  /** The hash of a part's own folder: not of its inode, which a restore swaps. */
  ofRoot(name: PartName, folder: Folder): { readonly low: number; readonly high: number } {
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
      [this.#folder, this.#part, this.#above] = [entry.parent, part, this.#pathOf(part, entry.parent)];
    }
    [hasher.low, hasher.high] = this.#above;
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

  /** Of the names as the bytes they are: two that look the same in text are not the same. */
  #pathOf(part: PartName, folder: WalkEntry | undefined): readonly [number, number] {
    // From the nearest folder whose path is known: the one above, in a walk. A tree may be deeper than the stack.
    const below: WalkEntry[] = [];
    let at = folder;
    for (; at?.parent && !this.#paths.has(at); at = at.parent) below.push(at);
    const hasher = this.#hasher;
    if (at?.parent) [hasher.low, hasher.high] = this.#paths.get(at)!;
    else {
      hasher.start();
      hasher.word(part === "content" ? 1 : 2);
    }
    for (const one of below.reverse()) {
      hasher.bytes(one.name);
      this.#paths.set(one, [hasher.low, hasher.high]);
    }
    return [hasher.low, hasher.high];
  }
}
