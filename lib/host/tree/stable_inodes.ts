/**
 * Whether a folder's inode can be relied on to stay.
 *
 * @module
 */

import { libc } from "../libc/libc.ts";
import { openFolder } from "./folder.ts";

/** FUSE (sshfs and others), 9p, SMB: those may number a folder's inode each time they look at it first. */
const RENUMBERING: ReadonlySet<number> = new Set([0x65735546, 0x01021997, 0xff534d42, 0xfe534d42]);

/** Whether the file system of a folder keeps the numbers of inodes. Asked only where one differs. */
export function hasStableInodes(path: string): boolean {
  using folder = openFolder(path);
  return !RENUMBERING.has(libc().fileSystem(folder.fd) >>> 0);
}
