/**
 * Checksums of files a walk meets, by the handle of their folder.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { Errno, libc, Open } from "./libc.ts";
import { FileInfo } from "./libc_stat.ts";
import { failed } from "./tree_limits.ts";
import type { WalkEntry } from "./walk_entry.ts";

const buffer = new Uint8Array(1024 * 1024);

/** The SHA-256 of a regular file, in hexadecimal. `undefined` when it went away, or became something else. */
export function hashFile(root: string, entry: WalkEntry): string | undefined {
  const c = libc();
  const fd = c.open(entry.folder, entry.name, Open.READ | Open.NOFOLLOW | Open.NONBLOCK);
  if (fd === -Errno.ENOENT || fd === -Errno.ELOOP) return undefined;
  if (fd < 0) throw failed("read", root, entry.path, fd);
  try {
    const info = new FileInfo(c);
    info.ofHandle(fd);
    if (info.kind !== "file") return undefined;
    const hash = createHash("sha256");
    for (;;) {
      const count = c.read(fd, buffer);
      if (count < 0) throw failed("read", root, entry.path, count);
      if (count === 0) return hash.digest("hex");
      hash.update(buffer.subarray(0, count));
    }
  } finally {
    c.close(fd);
  }
}

/** The target of a symlink a walk met, as the bytes it is. */
export function linkTarget(entry: WalkEntry): Uint8Array | undefined {
  const into = new Uint8Array(4096);
  const length = libc().readlink(entry.folder, entry.name, into);
  return length < 0 ? undefined : into.slice(0, length);
}
