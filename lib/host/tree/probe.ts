/**
 * What a file system can, found out by trying.
 *
 * @module
 */

import { KanibakoError } from "../error.ts";
import { cName, Errno, errnoName, libc, Open } from "../libc/libc.ts";
import { shellQuote } from "../ui/text.ts";
import type { Folder } from "./folder.ts";

/** Tries, in an empty folder of ours, whether files can share their blocks, and whether a file can have two names. */
export function probeLinks(folder: Folder): { readonly reflink: boolean; readonly hardlink: boolean } {
  const c = libc();
  const [one, two, three] = [cName("one"), cName("two"), cName("three")];
  const make = (name: typeof one): number => {
    const fd = c.open(folder.fd, name, Open.BOTH | Open.CREATE | Open.EXCLUSIVE | Open.NOFOLLOW, 0o600);
    if (fd < 0) throw cannotTry(folder, fd);
    return fd;
  };
  // A disk that is full or broken says nothing of what its file system can.
  const able = (result: number): boolean => {
    if ([-Errno.ENOSPC, -Errno.EDQUOT, -Errno.EIO].includes(result)) throw cannotTry(folder, result);
    return result >= 0;
  };
  const from = make(one);
  try {
    // A whole block: some file systems keep a few bytes where they cannot be shared.
    able(c.write(from, new Uint8Array(4096).fill(1)));
    const to = make(two);
    try {
      return { reflink: able(c.clone(from, to)), hardlink: able(c.link(folder.fd, one, folder.fd, three)) };
    } finally {
      c.close(to);
    }
  } finally {
    c.close(from);
  }
}

function cannotTry(folder: Folder, result: number): KanibakoError {
  const full = result === -Errno.ENOSPC || result === -Errno.EDQUOT;
  const hint = full ? { hint: "Free disk space or raise the quota, and try again." } : {};
  const why = full ? "no space left" : errnoName(result);
  return new KanibakoError(
    full ? "disk-full" : "cannot-write",
    `Cannot write in ${shellQuote(folder.shown)}: ${why}`,
    hint,
  );
}
