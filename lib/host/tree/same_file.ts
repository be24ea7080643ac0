/**
 * Whether two regular files have the same content, by the handles of their folders.
 *
 * @module
 */

import { libc, Open } from "../libc/libc.ts";
import { FileInfo } from "../libc/stat.ts";
import type { Folder } from "./folder.ts";
import { failed } from "./limits.ts";
import { rawName } from "./raw_name.ts";

const BLOCK = 256 * 1024;
/** Were one swapped for a FIFO just now, opening it must not wait for a writer. */
const FLAGS = Open.READ | Open.NOFOLLOW | Open.NONBLOCK;

/** Compares byte by byte. What cannot be opened, or is no regular file, is not the same. Throws `cannot-read`. */
export function sameContent(one: Folder, oneName: string, other: Folder, otherName: string): boolean {
  using a = opened(one, oneName);
  using b = opened(other, otherName);
  if (!a || !b || a.size !== b.size) return false;
  const [left, right] = [new Uint8Array(BLOCK), new Uint8Array(BLOCK)];
  for (;;) {
    const [read, expected] = [a.read(left), b.read(right)];
    if (read !== expected) return false;
    if (read === 0) return true;
    for (let at = 0; at < read; at++) if (left[at] !== right[at]) return false;
  }
}

interface Opened extends Disposable {
  readonly size: number;
  read(into: Uint8Array<ArrayBuffer>): number;
}

function opened(folder: Folder, name: string): Opened | undefined {
  const c = libc();
  const fd = c.open(folder.fd, rawName(name), FLAGS);
  if (fd < 0) return undefined;
  const info = new FileInfo(c);
  if (info.ofHandle(fd) < 0 || info.kind !== "file") {
    c.close(fd);
    return undefined;
  }
  return {
    size: info.size,
    read: (into) => {
      let filled = 0;
      while (filled < into.length) {
        const count = c.read(fd, into.subarray(filled));
        if (count < 0) throw failed("read", folder.shown, name, count);
        if (count === 0) break;
        filled += count;
      }
      return filled;
    },
    [Symbol.dispose]: () => void c.close(fd),
  };
}
