/**
 * What is mounted where, as this process sees it.
 *
 * @module
 */

import type { FileInfo } from "./libc/stat.ts";

/** One line of the kernel's table. */
export interface MountPoint {
  readonly id: string;
  /** Where it is mounted. */
  readonly path: string;
  /** The file system it shows, by the number of its device. */
  readonly device: string;
  /** The folder of that file system that is seen at `path`; `/` where it is not a bind mount of a part. */
  readonly root: string;
}

/** Everything that is mounted, in the kernel's order: of two at one path, the later hides the earlier. */
export function mountPoints(): readonly MountPoint[] {
  return Deno.readTextFileSync("/proc/self/mountinfo").split("\n").flatMap((line) => {
    const [id, , device, root, path] = line.split(" ");
    if (id === undefined || device === undefined || root === undefined || path === undefined) return [];
    return [{ id, device, root: plain(root), path: plain(path) }];
  });
}

function plain(escaped: string): string {
  return escaped.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}

/** The places below an open folder, given by a path to it, at which something is mounted. */
export function mountsBelow(folder: { readonly path: string }): readonly string[] {
  const path = Deno.realPathSync(folder.path);
  return mountPoints().map((mount) => mount.path).filter((place) => place.startsWith(`${path}/`));
}

/**
 * The mount of what is open and was just asked about, to be compared with another. It tells a bind mount of the same file
 * system too, which the device number does not.
 */
export function mountOf(info: FileInfo, fd: number): bigint | undefined {
  if (info.mount !== undefined) return info.mount;
  const id = /^mnt_id:\s*(\d+)/m.exec(Deno.readTextFileSync(`/proc/self/fdinfo/${fd}`))?.[1];
  return id === undefined ? undefined : BigInt(id);
}
