/**
 * Reading a regular file that a walk met, by the handle of its folder.
 *
 * @module
 */

import { Errno, type Libc, libc, Open, Seek } from "../libc/libc.ts";
import { FileInfo } from "../libc/stat.ts";
import { failed, unreadable } from "./limits.ts";
import type { WalkEntry } from "./walk_entry.ts";

/** A stretch of a file that holds data, in bytes: what lies between two of them is a hole. */
export interface DataRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Opens a regular file. Nothing when it went away, or is no regular file any more; nor where we may not, when `onDenied` is
 * there to be called. Its owner may hold a lease on it, for which another open would wait 45 seconds: that is a denial, too.
 *
 * Throws `needs-engine` or `cannot-read`. `root` is for messages.
 */
export function openTreeFile(root: string, entry: WalkEntry, onDenied?: () => void): TreeFile | undefined {
  const c = libc();
  // Were it swapped for a FIFO just now, opening must not wait for a writer.
  const flags = Open.READ | Open.NOFOLLOW | Open.NONBLOCK;
  let fd = c.open(entry.folder, entry.name, flags | Open.NOATIME);
  // Only the owner may leave the time of reading as it is.
  if (fd === -Errno.EPERM) fd = c.open(entry.folder, entry.name, flags);
  switch (-fd) {
    case Errno.ENOENT:
    case Errno.ELOOP:
    case Errno.ENXIO:
      return undefined;
    case Errno.EACCES:
    case Errno.EPERM:
      if (!onDenied) throw unreadable(root, entry.path, entry.uid);
      onDenied();
      return undefined;
    case Errno.EAGAIN:
      if (!onDenied) throw failed("read", root, entry.path, fd);
      onDenied();
      return undefined;
  }
  if (fd < 0) throw failed("read", root, entry.path, fd);
  const info = spare ?? new FileInfo(c);
  spare = undefined;
  const result = info.ofHandle(fd);
  if (result === 0 && info.kind === "file") return new TreeFile(c, root, entry, fd, info);
  c.close(fd);
  if (result < 0) throw failed("read", root, entry.path, result);
  return undefined;
}

/** Of the file that was closed last: to make one takes as long as to ask the kernel. */
let spare: FileInfo | undefined;

/** An open regular file. */
export class TreeFile implements Disposable {
  /** The handle. */
  readonly fd: number;
  /** What was opened, good until it is closed. It decides, whatever the walk saw a moment before. */
  readonly info: FileInfo;
  readonly #libc: Libc;
  readonly #root: string;
  readonly #entry: WalkEntry;

  /** Use {@link openTreeFile}. */
  constructor(c: Libc, root: string, entry: WalkEntry, fd: number, info: FileInfo) {
    this.#libc = c;
    this.#root = root;
    this.#entry = entry;
    this.fd = fd;
    this.info = info;
  }

  /** Closes the handle. Once. */
  [Symbol.dispose](): void {
    this.#libc.close(this.fd);
    spare = this.info;
  }

  /** Where there is data, up to the length it had when it was opened; the whole file where holes are not known. */
  *dataRanges(): Generator<DataRange, void> {
    const { size, allocated } = this.info;
    if (allocated >= size) {
      if (size > 0) yield { start: 0, end: size };
      return;
    }
    for (let end = 0; end < size;) {
      const start = this.#libc.seek(this.fd, end, Seek.DATA);
      if (start === -Errno.ENXIO || start >= size) return;
      if (start < 0) return yield { start: end, end: size };
      const hole = this.#libc.seek(this.fd, start, Seek.HOLE);
      end = hole < 0 ? size : Math.min(hole, size);
      yield { start, end };
    }
  }

  /** Whether it was changed since it was opened. */
  wasChanged(): boolean {
    const now = new FileInfo(this.#libc);
    const { mtimeNs, ctimeNs, size } = this.info;
    return now.ofHandle(this.fd) === 0 &&
      (now.mtimeNs !== mtimeNs || now.ctimeNs !== ctimeNs || now.size !== size);
  }

  /** Where the next {@link read} reads, in bytes from the beginning. */
  seek(offset: number): void {
    this.#libc.seek(this.fd, offset, Seek.SET);
  }

  /** Reads up to as much as fits; answers how many bytes, 0 at the end. */
  read(into: Uint8Array<ArrayBuffer>): number {
    const count = this.#libc.read(this.fd, into);
    if (count < 0) throw failed("read", this.#root, this.#entry.path, count);
    return count;
  }
}
