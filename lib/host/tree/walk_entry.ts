/**
 * What a walk meets.
 *
 * @module
 */

import type { Kind } from "../libc/stat.ts";
import type { CName } from "../libc/libc.ts";
import type { FileInfo } from "../libc/stat.ts";

const decoder = new TextDecoder();
/** Paths of folders up to this long are kept; longer ones are put together each time they are asked for. */
const KEPT = 1024;

/** Something in a tree, as it was when the walk came by. */
export class WalkEntry {
  /** The folder it is in; nothing for the root. */
  readonly parent: WalkEntry | undefined;
  /** An open handle on that folder (for the root: on itself), until the walk goes on. */
  readonly folder: number;
  /** Its name in that folder, ended by a NUL. May hold any other bytes but `/`. */
  readonly name: CName;
  /** What it is. `other`: a FIFO, socket or device. */
  readonly kind: Kind;
  /** The same in words for people. */
  readonly nature: FileInfo["nature"];
  /** Folders above it, the root not counted as one of them: 0 for the root, 1 for what is in it. */
  readonly depth: number;
  /** Its length in bytes. */
  readonly size: number;
  /** What it takes on the disk, in bytes. */
  readonly allocated: number;
  /** Permission bits, setuid, setgid and sticky included. */
  readonly mode: number;
  /** Its owner. */
  readonly uid: number;
  /** Its group. */
  readonly gid: number;
  /** When it was read last, in nanoseconds since 1970. */
  readonly atimeNs: bigint;
  /** When its content changed, in nanoseconds since 1970. */
  readonly mtimeNs: bigint;
  /** When it was changed in any way, in nanoseconds since 1970. */
  readonly ctimeNs: bigint;
  /** Its number on its file system. */
  readonly ino: bigint;
  /** Its file system, in a number of our own. */
  readonly dev: number;
  /** How many names it has. */
  readonly nlink: number;
  #path: string | undefined;

  /** From an answer of `statx`. */
  constructor(parent: WalkEntry | undefined, folder: number, name: CName, info: FileInfo) {
    this.parent = parent;
    this.folder = folder;
    this.name = name;
    this.nature = info.nature;
    this.kind = info.kind;
    this.depth = parent ? parent.depth + 1 : 0;
    this.size = info.size;
    this.allocated = info.allocated;
    this.mode = info.mode;
    this.uid = info.uid;
    this.gid = info.gid;
    this.atimeNs = info.atimeNs;
    this.mtimeNs = info.mtimeNs;
    this.ctimeNs = info.ctimeNs;
    this.ino = info.ino;
    this.dev = info.dev;
    this.nlink = info.nlink;
  }

  /** Path below the root, `a/b`; `""` is the root. Bytes that are not UTF-8 are shown as replacement characters. */
  get path(): string {
    if (this.#path !== undefined) return this.#path;
    // Up to the nearest folder whose path is known. A tree may be deeper than the stack.
    const names: string[] = [decode(this)];
    let at = this.parent;
    for (; at && at.#path === undefined; at = at.parent) names.push(decode(at));
    if (at?.parent) names.push(at.#path!);
    const path = names.reverse().filter((name) => name !== "").join("/");
    // In a very deep tree the paths of all folders together would be far more than the names.
    if (path.length <= KEPT) this.#path = path;
    return path;
  }

  /** Path below the root as the bytes it is, without a NUL. */
  get pathBytes(): Uint8Array<ArrayBuffer> {
    const names: CName[] = [];
    if (this.parent) names.push(this.name);
    for (let at = this.parent; at?.parent; at = at.parent) names.push(at.name);
    // Each name's NUL makes room for the slash behind it; the last needs none.
    const bytes = new Uint8Array(Math.max(0, names.reduce((sum, name) => sum + name.length, 0) - 1));
    let end = 0;
    for (const name of names.reverse()) {
      if (end > 0) bytes[end++] = 47;
      bytes.set(name.subarray(0, -1), end);
      end += name.length - 1;
    }
    return bytes;
  }

  /** Which file it is, whatever its name: the same for all names of one file, and for no other file. */
  get identity(): bigint {
    return BigInt(this.dev) << 64n | BigInt.asUintN(64, this.ino);
  }
}

function decode(entry: WalkEntry): string {
  return decoder.decode(entry.name.subarray(0, -1));
}
