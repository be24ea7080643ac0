/**
 * Checksums of files a walk meets, by the handle of their folder.
 *
 * A large file may be mostly holes. Its checksum is made of the blocks that hold anything, each with its place, so that a hole
 * of a terabyte costs nothing and the same content gives the same checksum whether its zeros are holes or not.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { Errno, libc, Open, Seek } from "./libc.ts";
import { FileInfo } from "./libc_stat.ts";
import { failed } from "./tree_limits.ts";
import type { WalkEntry } from "./walk_entry.ts";

/** Up to this length a file's checksum is the plain one of its bytes. */
const PLAIN_BYTES = 64 * 2 ** 20;
const BLOCK = 64 * 1024;
const buffer = new Uint8Array(1024 * 1024);

/**
 * The SHA-256 of a regular file, in hexadecimal; of one above 64 MiB that of its blocks, with `blocks-` before it. `undefined`
 * when it went away, or became something else.
 */
export function hashFile(root: string, entry: WalkEntry): string | undefined {
  const c = libc();
  const fd = c.open(entry.folder, entry.name, Open.READ | Open.NOFOLLOW | Open.NONBLOCK);
  if (fd === -Errno.ENOENT || fd === -Errno.ELOOP) return undefined;
  const fail = (result: number): never => {
    throw failed("read", root, entry.path, result);
  };
  if (fd < 0) return fail(fd);
  try {
    const info = new FileInfo(c);
    info.ofHandle(fd);
    if (info.kind !== "file") return undefined;
    return info.size > PLAIN_BYTES ? `blocks-${hashBlocks(fd, info.size, fail)}` : hashBytes(fd, fail);
  } finally {
    c.close(fd);
  }
}

function hashBytes(fd: number, fail: (result: number) => never): string {
  const hash = createHash("sha256");
  for (;;) {
    const count = libc().read(fd, buffer);
    if (count < 0) fail(count);
    if (count === 0) return hash.digest("hex");
    hash.update(buffer.subarray(0, count));
  }
}

function hashBlocks(fd: number, size: number, fail: (result: number) => never): string {
  const c = libc();
  const hash = createHash("sha256");
  const place = new Float64Array(1);
  for (let at = 0; at < size;) {
    const data = c.seek(fd, at, Seek.DATA);
    if (data === -Errno.ENXIO) break;
    // Without an answer all of it counts as data.
    if (data > 0) at = data - data % BLOCK;
    const begun = c.seek(fd, at, Seek.SET);
    if (begun < 0) fail(begun);
    const filled = fill(fd, fail);
    if (filled === 0) break;
    for (let from = 0; from < filled; from += BLOCK) {
      const block = buffer.subarray(from, Math.min(filled, from + BLOCK));
      if (isZero(block)) continue;
      place[0] = at + from;
      hash.update(new Uint8Array(place.buffer)).update(block);
    }
    at += filled;
  }
  place[0] = size;
  return hash.update(new Uint8Array(place.buffer)).digest("hex");
}

/** Fills the buffer, or as much of it as there is. */
function fill(fd: number, fail: (result: number) => never): number {
  let filled = 0;
  while (filled < buffer.length) {
    const count = libc().read(fd, buffer.subarray(filled));
    if (count < 0) fail(count);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

function isZero(block: Uint8Array): boolean {
  for (let at = 0; at < block.length; at++) if (block[at] !== 0) return false;
  return true;
}

/** The target of a symlink a walk met, as the bytes it is. */
export function linkTarget(entry: WalkEntry): Uint8Array | undefined {
  const into = new Uint8Array(4096);
  const length = libc().readlink(entry.folder, entry.name, into);
  return length < 0 ? undefined : into.slice(0, length);
}
