/**
 * What neither goes to a helper with a copy nor comes back: git's own data, and what of the parent's folder is not for its box.
 *
 * @module
 */

import { nameBytes } from "../../host/tree/raw_name.ts";

const decoder = new TextDecoder();

/**
 * Whether a path is git's own data: a folder or file of that name anywhere. In any case of its letters, since on some file systems
 * that is the same name.
 */
export function isGits(path: string): boolean {
  return path.slice(path.lastIndexOf("/") + 1).toLowerCase() === ".git";
}

/** A path as a walk shows it: bytes that are not UTF-8 are replacement characters, so several paths may be shown alike. */
export function shown(path: string): string {
  return decoder.decode(nameBytes(path));
}

/** Whether a path is one of these or below one of them. */
export function isIn(path: string, folders: ReadonlySet<string>): boolean {
  if (folders.size === 0) return false;
  for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
    if (folders.has(path.slice(0, end))) return true;
  }
  return false;
}
