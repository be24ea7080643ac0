/**
 * Quick looks into folders a box can write, by handle: nothing is followed, nothing but folders and regular files is opened,
 * and what cannot be read is answered with nothing, never with an error. For many looks in a few milliseconds.
 *
 * Names are byte strings here: each character stands for one byte. {@link textOf} makes text of them.
 *
 * @module
 */

import { type CName, cName, HERE, type Libc, libc, Open } from "../libc/libc.ts";
import { FileInfo } from "../libc/stat.ts";
import { nameBytes, nameText } from "./raw_name.ts";

/** A name, or a path, in which each character stands for one byte. */
export type ByteString = string;

/** What a listing says of a name. `unknown` where the file system does not say: ask {@link Peek.stat}. */
export type Listed = "file" | "folder" | "symlink" | "other" | "unknown";

/** Bytes of names read at a time. */
const BATCH = 65536;
/** Where the kernel's entry keeps its length, its kind and its name. */
const LENGTH = 16, KIND = 18, NAME = 19;
const KINDS: Readonly<Record<number, Listed>> = { 0: "unknown", 4: "folder", 8: "file", 10: "symlink" };
const FOLDER = Open.READ | Open.FOLDER | Open.NOFOLLOW;
const FILE = Open.READ | Open.NOFOLLOW | Open.NONBLOCK;
const LINK_BYTES = 4096;

/** The kernel's word for a regular file. */
const FILE_KIND = 8;

/** Which names are wanted, for a first sieve: by their first byte and the room the kernel's entry takes. */
export class NameFilter {
  /** By first byte and eighths of that room. */
  readonly wanted: Uint8Array = new Uint8Array(256 << 6);

  /** Wants a name, or whatever begins with it. */
  add(name: ByteString, begins = false): void {
    // Header, name and NUL, in steps of eight bytes. The longest name takes 280.
    const size = (NAME + name.length + 8) >> 3;
    for (let room = size; room <= (begins ? 35 : size); room++) {
      this.wanted[name.charCodeAt(0) << 6 | room] = 1;
    }
  }
}

// deno-lint-ignore no-control-regex
const ASCII = /^[\x00-\x7f]*$/;

/** The calls, with their buffers. */
export class Peek {
  /** What {@link Peek.stat} found last. */
  readonly info: FileInfo;
  readonly #libc: Libc;
  readonly #batch = new Uint8Array(BATCH);

  /** Loads the C library at its first use. */
  constructor() {
    this.#libc = libc();
    this.info = new FileInfo(this.#libc);
  }

  /** A handle on a root, whose path is ours; `undefined` when it cannot be opened. */
  root(path: string): number | undefined {
    return handle(this.#libc.open(HERE, cName(path), Open.READ | Open.FOLDER));
  }

  /** A handle on the folder of that name; `undefined` when there is none that can be opened, or it is something else. */
  folder(parent: number, name: ByteString): number | undefined {
    return handle(this.#libc.open(parent, named(name), FOLDER));
  }

  /** Closes a handle. */
  close(fd: number): void {
    this.#libc.close(fd);
  }

  /** Asks about a name, itself when a symlink; the answer is in `info`. False when there is nothing, or nobody can say. */
  stat(folder: number, name: ByteString): boolean {
    return this.info.ofName(folder, named(name)) === 0;
  }

  /**
   * Calls `each` with the names in a folder, at most `limit` of them; of those known to be of regular files, with those that
   * `files` may want. Whether these were all, and how many there were.
   */
  list(
    folder: number,
    limit: number,
    files: NameFilter | undefined,
    each: (name: ByteString, listed: Listed) => void,
  ): { readonly whole: boolean; readonly count: number } {
    const bytes = this.#batch;
    const wanted = files?.wanted;
    let count = 0;
    for (;;) {
      const length = this.#libc.entries(folder, bytes);
      if (length <= 0) return { whole: length === 0, count };
      // One loop over plain numbers: it runs once in most processes, and has to be quick before it is compiled.
      for (let at = 0; at < length;) {
        const size = bytes[at + LENGTH]! + bytes[at + LENGTH + 1]! * 256;
        const start = at + NAME;
        const kind = bytes[at + KIND]!;
        at += size;
        if (count++ >= limit + 2) return { whole: false, count: limit };
        if (kind === FILE_KIND && wanted !== undefined && wanted[bytes[start]! << 6 | size >> 3] !== 1) {
          continue;
        }
        const name = latin1(bytes.subarray(start, bytes.indexOf(0, start)));
        if (name !== "." && name !== "..") each(name, KINDS[kind] ?? "other");
      }
    }
  }

  /**
   * The content of a regular file; `undefined` when there is none that can be read, or it is larger than that. `info` says
   * of what it is the content.
   */
  read(folder: number, name: ByteString, maxBytes: number): Uint8Array<ArrayBuffer> | undefined {
    const fd = handle(this.#libc.open(folder, named(name), FILE));
    if (fd === undefined) return undefined;
    try {
      if (this.info.ofHandle(fd) !== 0 || this.info.kind !== "file" || this.info.size > maxBytes) {
        return undefined;
      }
      const content = new Uint8Array(this.info.size + 1);
      let length = 0;
      while (length < content.length) {
        const count = this.#libc.read(fd, content.subarray(length));
        if (count < 0) return undefined;
        if (count === 0) return content.subarray(0, length);
        length += count;
      }
      return undefined; // it grows just now
    } finally {
      this.#libc.close(fd);
    }
  }

  /** The target of a symlink. */
  target(folder: number, name: ByteString): ByteString | undefined {
    const into = new Uint8Array(LINK_BYTES);
    const length = this.#libc.readlink(folder, named(name), into);
    return length < 0 ? undefined : latin1(into.subarray(0, length));
  }
}

/** The text of a byte string, as `raw_name.ts` has it. */
export function textOf(name: ByteString): string {
  return ASCII.test(name) ? name : nameText(bytesOf(name));
}

/** The byte string of a text, back. */
export function byteStringOf(text: string): ByteString {
  return ASCII.test(text) ? text : latin1(nameBytes(text));
}

function handle(result: number): number | undefined {
  return result < 0 ? undefined : result;
}

function bytesOf(name: ByteString): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(name, (character) => character.charCodeAt(0));
}

/** Not by a decoder: to those, `latin1` is windows-1252. */
function latin1(bytes: Uint8Array): ByteString {
  return String.fromCharCode(...bytes);
}

function named(name: ByteString): CName {
  const bytes = new Uint8Array(name.length + 1);
  for (let at = 0; at < name.length; at++) bytes[at] = name.charCodeAt(at);
  return bytes;
}
