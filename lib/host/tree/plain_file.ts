/**
 * Opening a file that a box may swap for something else at any moment. A FIFO put in its place would hold an ordinary open up
 * for ever, and Deno can neither open without waiting nor without following a link.
 *
 * @module
 */

import { cName, Errno, errnoName, HERE, libc, Open } from "../libc/libc.ts";
import { cannot } from "../store.ts";

/** Why an open that waits for nobody is refused: the file's owner holds a lease on it. Another open would wait for 45 seconds. */
export const LEASED = "a program keeps it to itself";

/** What an open answers where there is no regular file. */
const NO_FILE: readonly number[] = [-Errno.ENOENT, -Errno.ENOTDIR, -Errno.ELOOP, -Errno.ENXIO];

/** Opens a regular file for reading; `undefined` when there is none, but something else or nothing. Throws `cannot-read`. */
export function openPlain(path: string): Deno.FsFile | undefined {
  const fd = opened(path);
  // No library, no permission for it: what is left is to believe what was seen a moment ago.
  if (fd === undefined) return Deno.lstatSync(path).isFile ? Deno.openSync(path) : undefined;
  if (NO_FILE.includes(fd)) return undefined;
  if (fd === -Errno.EACCES) throw cannot("read", path, new Deno.errors.PermissionDenied());
  if (fd === -Errno.EAGAIN) throw cannot("read", path, LEASED);
  if (fd < 0) throw cannot("read", path, errnoName(fd));
  try {
    const held = `/proc/self/fd/${fd}`;
    // Of what is held nothing can be swapped: it is opened again only when it is a file.
    return Deno.statSync(held).isFile ? Deno.openSync(held) : undefined;
  } finally {
    libc().close(fd);
  }
}

function opened(path: string): number | undefined {
  try {
    return libc().open(HERE, cName(path), Open.READ | Open.NOFOLLOW | Open.NONBLOCK);
  } catch {
    return undefined;
  }
}
