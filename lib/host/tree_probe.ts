/**
 * What a file system can, found out by trying.
 *
 * @module
 */

import { KanibakoError } from "./error.ts";
import { cName, errnoName, libc, Open } from "./libc.ts";
import type { FolderHandle } from "./tree_handle.ts";

/** Tries, in an empty folder of ours, whether files can share their blocks, and whether a file can have two names. */
export function probeLinks(folder: FolderHandle): { readonly reflink: boolean; readonly hardlink: boolean } {
  const c = libc();
  const [one, two, three] = [cName("one"), cName("two"), cName("three")];
  const make = (name: typeof one): number => {
    const fd = c.open(folder.fd, name, Open.WRITE | Open.CREATE | Open.EXCLUSIVE | Open.NOFOLLOW, 0o600);
    if (fd < 0) {
      throw new KanibakoError("cannot-write", `Cannot write in ${folder.shown}: ${errnoName(fd)}`);
    }
    return fd;
  };
  const from = make(one);
  // A whole block: some file systems keep a few bytes where they cannot be shared.
  c.write(from, new Uint8Array(4096).fill(1));
  c.close(from);
  const source = c.open(folder.fd, one, Open.READ);
  const to = make(two);
  try {
    return { reflink: c.clone(source, to) >= 0, hardlink: c.link(folder.fd, one, folder.fd, three) >= 0 };
  } finally {
    c.close(source);
    c.close(to);
  }
}
