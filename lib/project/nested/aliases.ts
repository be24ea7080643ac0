/**
 * All paths at which a folder is seen: where a part of a file system is mounted a second time, what is in it has another path
 * there, and is as much in the reach of a box that is shown that one.
 *
 * @module
 */

import { type MountPoint, mountPoints } from "../../host/mounts.ts";
import { isWithin } from "../layout.ts";
import { mountAround } from "../location.ts";

/** Answers a function that tells all paths of a folder (symlinks resolved), itself first. Reads the table of mounts once. */
export function aliasesIn(table: readonly MountPoint[] = mountPoints()): (path: string) => readonly string[] {
  const count = new Map<string, number>();
  for (const { device } of table) count.set(device, (count.get(device) ?? 0) + 1);
  // Where nothing is mounted twice, as on most machines, there is nothing to compare.
  if (count.size === table.length) return (path) => [path];
  return (path) => {
    const own = mountAround(path, table);
    if (!own || count.get(own.device) === 1) return [path];
    const onDevice = join(own.root, path.slice(own.path === "/" ? 1 : own.path.length + 1));
    const others = table.filter((mount) =>
      mount !== own && mount.device === own.device && isWithin(onDevice, mount.root)
    ).map(({ path: at, root }) => join(at, onDevice.slice(root === "/" ? 1 : root.length + 1)));
    return [...new Set([path, ...others])];
  };
}

function join(folder: string, rest: string): string {
  return rest === "" ? folder : folder === "/" ? `/${rest}` : `${folder}/${rest}`;
}
