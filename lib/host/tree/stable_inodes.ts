/**
 * Whether a folder's inode can be relied on to stay.
 *
 * @module
 */

import { libc } from "../libc/libc.ts";
import { openFolder } from "./folder.ts";

/** These may number a folder each time they look at it first, or are mounted. */
const RENUMBERING: ReadonlySet<number> = new Set([
  // FUSE (sshfs and others), 9p, SMB.
  ...[0x65735546, 0x01021997, 0xff534d42, 0xfe534d42],
  // overlay, of which the layers may be on several file systems; FAT, exFAT.
  ...[0x794c7630, 0x4d44, 0x2011bab0],
]);

/** Whether the file system of a folder keeps the numbers of inodes. Asked only where one differs. */
export function hasStableInodes(path: string): boolean {
  using folder = openFolder(path);
  return !RENUMBERING.has(libc().fileSystem(folder.fd) >>> 0);
}
