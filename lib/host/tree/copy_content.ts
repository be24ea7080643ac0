/**
 * The content of one regular file, from one handle to another: shared where the file system can, holes left as holes.
 *
 * @module
 */

import { KanibakoError } from "../error.ts";
import { Errno, type Libc, Seek } from "../libc/libc.ts";
import type { TreeFile } from "./file.ts";

/** Whether copies share their content with the original until one of them is written. */
export type Reflink = "auto" | "always" | "never";

/** Bytes read at a time; a file up to this long is one read and one write. */
const CHUNK = 1 << 20;
/** From here on it pays to look for holes, and to let the kernel copy. */
const LARGE = 1 << 16;
/** Bytes the kernel copies at a time, so that progress can be reported. */
const RANGE = 1 << 24;

/** What {@link ContentCopier.copy} answers at the end: how it was done, and the length of the copy in bytes. */
export interface ContentCopied {
  readonly how: "copied" | "cloned";
  readonly size: number;
  /** The checksum, where one is wanted and the content passed through our hands. */
  readonly sum?: string;
}

/** How checksums of content are made. Given by who wants them: those who do not need not load what makes them. */
export interface ContentSums {
  /** Of a whole file's content. */
  bytes(content: Uint8Array<ArrayBuffer>): string;
  /** Of an open file, read from where it stands: its beginning. */
  file(file: TreeFile): string;
}

/** The copy could not be written. */
export class WriteFailure extends Error {
  /** Minus the error number. */
  readonly result: number;

  /** With what a call of the C library answered. */
  constructor(result: number) {
    super("cannot write");
    this.result = result;
  }
}

/** Copies content, and learns what the file systems can. */
export class ContentCopier {
  readonly #libc: Libc;
  readonly #reflink: Reflink;
  readonly #sums: ContentSums | undefined;
  readonly #buffer = new Uint8Array(CHUNK);
  /** File systems from which nothing can be shared with that of the copy. */
  readonly #notShared = new Set<number>();
  /** File systems from which the kernel does not copy to that of the copy. */
  readonly #notRanged = new Set<number>();

  /** One for each file system that is copied to. */
  constructor(c: Libc, reflink: Reflink, sums?: ContentSums) {
    this.#libc = c;
    this.#reflink = reflink;
    this.#sums = sums;
  }

  /**
   * Copies into an empty file; says after each part how many bytes of content that was. What the file grew since it
   * was opened stays out; when it shrank, so does the copy.
   *
   * Throws `no-reflink` where sharing was asked for and cannot be had, and {@link WriteFailure}.
   */
  *copy(from: TreeFile, to: number): Generator<number, ContentCopied> {
    const { size, allocated, dev } = from.info;
    if (size === 0) return { how: "copied", size };
    if (this.#clone(from, to, dev)) {
      yield Math.min(size, allocated);
      return { how: "cloned", size };
    }
    if (this.#sums && size <= CHUNK && (size <= LARGE || allocated >= size)) {
      return yield* this.#withSum(from, to, size, this.#sums);
    }
    const byKernel = size > LARGE && this.#reflink === "auto" && !this.#notRanged.has(dev);
    if (size <= LARGE || allocated >= size) {
      return { how: "copied", size: yield* this.#part(from, to, size, byKernel) };
    }
    for (const { start, end } of from.dataRanges()) {
      from.seek(start);
      this.#libc.seek(to, start, Seek.SET);
      yield* this.#part(from, to, end - start, byKernel);
    }
    this.#check(this.#libc.truncate(to, size));
    return { how: "copied", size };
  }

  #clone(from: TreeFile, to: number, dev: number): boolean {
    if (this.#reflink !== "never" && !this.#notShared.has(dev)) {
      const result = this.#libc.clone(from.fd, to);
      if (result === 0) return true;
      if (result === -Errno.ENOSPC || result === -Errno.EDQUOT) throw new WriteFailure(result);
      // EINVAL is of this file alone, such as one of another checksum setting.
      if (result !== -Errno.EINVAL) this.#notShared.add(dev);
    }
    if (this.#reflink !== "always") return false;
    throw new KanibakoError("no-reflink", "Cannot share content between the original and a copy of it here", {
      hint: "Only some file systems, such as btrfs and XFS, can do that. Use another strategy.",
    });
  }

  /** Copies what fits into the buffer, and takes the checksum on the way. */
  *#withSum(from: TreeFile, to: number, size: number, sums: ContentSums): Generator<number, ContentCopied> {
    let filled = 0;
    for (let read = -1; read !== 0 && filled < size; filled += read) {
      read = from.read(this.#buffer.subarray(filled, size));
    }
    const content = this.#buffer.subarray(0, filled);
    this.#write(to, content);
    yield filled;
    return { how: "copied", size: filled, sum: sums.bytes(content) };
  }

  /** Copies from where both handles stand; answers how many bytes there were. */
  *#part(from: TreeFile, to: number, length: number, byKernel: boolean): Generator<number, number> {
    let done = 0;
    while (byKernel && done < length) {
      const result = this.#libc.copyRange(from.fd, to, Math.min(length - done, RANGE));
      if (result === -Errno.ENOSPC || result === -Errno.EDQUOT) throw new WriteFailure(result);
      if (result < 0) this.#notRanged.add(from.info.dev);
      // Nothing is the end of the file, or of what this file system does so: reading tells.
      if (result <= 0) break;
      done += result;
      yield result;
    }
    while (done < length) {
      const bytes = this.#buffer.subarray(0, Math.min(length - done, CHUNK));
      const read = from.read(bytes);
      if (read === 0) break;
      this.#write(to, bytes.subarray(0, read));
      done += read;
      yield read;
    }
    return done;
  }

  #write(to: number, bytes: Uint8Array<ArrayBuffer>): void {
    for (let written = 0; written < bytes.length;) {
      written += this.#check(this.#libc.write(to, bytes.subarray(written)));
    }
  }

  #check(result: number): number {
    if (result < 0) throw new WriteFailure(result);
    return result;
  }
}
