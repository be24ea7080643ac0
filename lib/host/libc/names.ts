/**
 * The names in a folder, as bytes: read in batches, and kept without an object for each.
 *
 * @module
 */

import type { CName, Libc } from "./libc.ts";

/** Bytes of entries read at a time. */
const BATCH = 65536;
/** Where the kernel's entry keeps its length, its kind and its name. */
const LENGTH = 16, KIND = 18, NAME = 19;
/** The kernel's word for a folder. Not all file systems say. */
const FOLDER = 4;
const DOT = 46;

/** Reads folders, one after the other. */
export class NameReader {
  readonly #libc: Libc;
  readonly #bytes = new Uint8Array(BATCH);

  /** With a buffer of its own. */
  constructor(libc: Libc) {
    this.#libc = libc;
  }

  /**
   * The names in an open folder, without `.` and `..`; each is a copy. Answers 0, or minus the error number. A folder
   * that changes meanwhile may give a name twice or not at all, as the file system likes.
   */
  *read(fd: number): Generator<{ readonly name: CName; readonly isFolder: boolean }, number> {
    const bytes = this.#bytes;
    while (true) {
      const length = this.#libc.entries(fd, bytes);
      if (length <= 0) return length;
      for (let at = 0; at < length;) {
        const next = at + bytes[at + LENGTH]! + bytes[at + LENGTH + 1]! * 256;
        const start = at + NAME;
        const isFolder = bytes[at + KIND] === FOLDER;
        at = next;
        if (
          bytes[start] === DOT &&
          (bytes[start + 1] === 0 || bytes[start + 1] === DOT && bytes[start + 2] === 0)
        ) {
          continue;
        }
        yield { name: bytes.slice(start, bytes.indexOf(0, start) + 1), isFolder };
      }
    }
  }
}

/** A queue of names in one block of memory. */
export class NameQueue {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(256);
  #end = 0;
  #next = 0;
  #order: Uint32Array | undefined;
  #count = 0;

  /** Adds a name, its NUL included. */
  add(name: CName): void {
    if (this.#end + name.length > this.#bytes.length) {
      const larger = new Uint8Array(2 * (this.#end + name.length));
      larger.set(this.#bytes.subarray(0, this.#end));
      this.#bytes = larger;
    }
    this.#bytes.set(name, this.#end);
    this.#end += name.length;
    this.#count++;
  }

  /** Puts what was added into the order of its bytes. */
  sort(): void {
    const starts = new Uint32Array(this.#count);
    let start = 0;
    for (let n = 0; n < starts.length; n++) {
      starts[n] = start;
      start = this.#bytes.indexOf(0, start) + 1;
    }
    const bytes = this.#bytes;
    this.#order = starts.sort((a, b) => {
      let at = 0;
      while (bytes[a + at] === bytes[b + at] && bytes[a + at] !== 0) at++;
      return bytes[a + at]! - bytes[b + at]!;
    });
    this.#next = 0;
  }

  /** The next name, or nothing when all were taken. */
  take(): CName | undefined {
    const start = this.#order ? this.#order[this.#next] : this.#next < this.#end ? this.#next : undefined;
    if (start === undefined) return undefined;
    const end = this.#bytes.indexOf(0, start) + 1;
    this.#next = this.#order ? this.#next + 1 : end;
    return this.#bytes.slice(start, end);
  }
}
