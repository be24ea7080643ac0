/**
 * A file on its way into an archive: opened by its folder's handle, as it is at that moment.
 *
 * @module
 */

import { Errno, libc, Open, Seek } from "../host/libc.ts";
import { FileInfo } from "../host/libc_stat.ts";
import { failed, unreadable } from "../host/tree_limits.ts";
import type { WalkEntry } from "../host/tree_walk.ts";
import { MAX_SPARSE_RANGES } from "./limits.ts";

/** A piece of a file that holds data, in bytes from its beginning. */
export interface Range {
  readonly offset: number;
  readonly length: number;
}

/** A file being read. */
export interface SourceFile {
  readonly fd: number;
  readonly info: FileInfo;
}

/** Opens a file that a walk met. Nothing when it went away or is no regular file any more. */
export function openSource(entry: WalkEntry, root: string, info: FileInfo): SourceFile | undefined {
  const c = libc();
  const flags = Open.READ | Open.NOFOLLOW | Open.NONBLOCK;
  let fd = c.open(entry.folder, entry.name, flags | Open.NOATIME);
  // Only the owner may leave the time of reading as it is.
  if (fd === -Errno.EPERM) fd = c.open(entry.folder, entry.name, flags);
  if ([-Errno.ENOENT, -Errno.ELOOP, -Errno.ENXIO].includes(fd)) return undefined;
  if (fd === -Errno.EACCES) throw unreadable(root, entry.path, entry.uid);
  if (fd < 0) throw failed("read", root, entry.path, fd);
  info.ofHandle(fd);
  if (info.kind === "file") return { fd, info };
  c.close(fd);
  return undefined;
}

/** Where a file holds data; `undefined` when it has no holes worth naming. */
export function dataRanges({ fd, info }: SourceFile): Range[] | undefined {
  const { size } = info;
  if (info.allocated >= size) return undefined;
  const c = libc();
  const ranges: Range[] = [];
  let data = 0;
  for (let at = 0; at < size;) {
    const offset = c.seek(fd, at, Seek.DATA);
    if (offset === -Errno.ENXIO) break; // nothing but a hole up to the end
    if (offset < 0) return undefined; // this file system cannot tell
    const last = ranges.length === MAX_SPARSE_RANGES - 1;
    const end = last ? size : Math.min(size, c.seek(fd, offset, Seek.HOLE));
    if (offset >= size || end <= offset) break; // it was cut short meanwhile
    ranges.push({ offset, length: end - offset });
    data += end - offset;
    at = end;
  }
  c.seek(fd, 0, Seek.SET);
  return data === size ? undefined : ranges;
}
