/**
 * Checksums of files a walk meets, by the handle of their folder.
 *
 * A large file may be mostly holes. Its checksum is made of the blocks that hold anything, each with its place, so that a hole
 * of a terabyte costs nothing and the same content gives the same checksum whether its zeros are holes or not.
 *
 * @module
 */

import { createHash, hash as hashOnce } from "node:crypto";
import { libc } from "../libc/libc.ts";
import { openTreeFile, type TreeFile } from "./file.ts";
import type { ContentSums } from "./copy_content.ts";
import type { WalkEntry } from "./walk_entry.ts";

/** Up to this length a file's checksum is the plain one of its bytes. */
const PLAIN_BYTES = 64 * 2 ** 20;
const BLOCK = 64 * 1024;
const buffer = new Uint8Array(1024 * 1024);

/**
 * The SHA-256 of a regular file, in hexadecimal; of one above 64 MiB that of its blocks, with `blocks-` before it. `undefined`
 * when it went away, or became something else; and where it could not be read, when there is an `onDenied` to report it to.
 */
export function hashFile(root: string, entry: WalkEntry, onDenied?: () => void): string | undefined {
  using file = openTreeFile(root, entry, onDenied);
  return file && sha256Sums.file(file);
}

/** How checksums are made. */
export const sha256Sums: ContentSums = {
  bytes: (content) => hashOnce("sha256", content, "hex"),
  file: (file) => file.info.size > PLAIN_BYTES ? `blocks-${hashBlocks(file)}` : hashBytes(file),
};

function hashBytes(file: TreeFile): string {
  let count = fill(file);
  if (count < buffer.length) return hashOnce("sha256", buffer.subarray(0, count), "hex");
  const hash = createHash("sha256");
  for (; count > 0; count = fill(file)) hash.update(buffer.subarray(0, count));
  return hash.digest("hex");
}

function hashBlocks(file: TreeFile): string {
  const hash = createHash("sha256");
  const place = new Float64Array(1);
  const { size } = file.info;
  let at = 0;
  for (const { start, end } of file.dataRanges()) {
    // The block a range begins in may have been hashed with the one before.
    at = Math.max(at, start - start % BLOCK);
    while (at < end) {
      file.seek(at);
      const filled = fill(file);
      if (filled === 0) break;
      for (let from = 0; from < filled; from += BLOCK) {
        const block = buffer.subarray(from, Math.min(filled, from + BLOCK));
        if (isZero(block)) continue;
        place[0] = at + from;
        hash.update(new Uint8Array(place.buffer)).update(block);
      }
      at += filled;
    }
  }
  place[0] = size;
  return hash.update(new Uint8Array(place.buffer)).digest("hex");
}

/** Fills the buffer, or as much of it as there is. */
function fill(file: TreeFile): number {
  let filled = 0;
  while (filled < buffer.length) {
    const count = file.read(buffer.subarray(filled));
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
