/**
 * Opening a file that a box may swap for something else at any moment. A FIFO put in its place would hold an ordinary open up
 * for ever, and Deno can neither open without waiting nor without following a link.
 *
 * Of the C library it takes the three calls it needs: that is 1 ms where all of `libc.ts` is 4, and this is on the way to a
 * launch.
 *
 * @module
 */

import { cName, Errno, errnoName, HERE, Open } from "../libc/libc.ts";
import { cannot } from "../store.ts";

const SYMBOLS = {
  __errno_location: { parameters: [], result: "pointer" },
  openat: { parameters: ["i32", "buffer", "i32", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

let loaded: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"] | undefined;

/** Opens a regular file for reading; `undefined` when there is none, but something else or nothing. Throws `cannot-read`. */
export function openPlain(path: string): Deno.FsFile | undefined {
  const c = load();
  // No library, no permission for it: what is left is to believe what was seen a moment ago.
  if (!c) return Deno.lstatSync(path).isFile ? Deno.openSync(path) : undefined;
  const flags = Open.READ | Open.NOFOLLOW | Open.NONBLOCK | Open.CLOEXEC;
  const place = c.__errno_location();
  const fd = c.openat(HERE, cName(path), flags, 0);
  const errno = fd < 0 && place ? new Deno.UnsafePointerView(place).getInt32() : 0;
  if (fd < 0) {
    if ([Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.ENXIO].some((one) => one === errno)) {
      return undefined;
    }
    throw cannot(
      "read",
      path,
      errno === Errno.EACCES ? new Deno.errors.PermissionDenied() : errnoName(-errno),
    );
  }
  try {
    const held = `/proc/self/fd/${fd}`;
    // Of what is held nothing can be swapped: it is opened again only when it is a file.
    return Deno.statSync(held).isFile ? Deno.openSync(held) : undefined;
  } finally {
    c.close(fd);
  }
}

function load(): typeof loaded {
  try {
    return loaded ??= Deno.dlopen("libc.so.6", SYMBOLS).symbols;
  } catch {
    return undefined;
  }
}
