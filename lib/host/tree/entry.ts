/**
 * What one name in a folder is, without following it. Apart from `tree.ts` because it is asked at every launch, which is not
 * to load the C library for it.
 *
 * @module
 */

import type { Kind } from "../libc/stat.ts";

/** Whether there is nothing in a folder, or no folder. Tells nothing else of what is there, so a symlink does no harm. */
export function isEmptyFolder(path: string): boolean {
  try {
    for (const _ of Deno.readDirSync(path)) return false;
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return true;
    throw error;
  }
}

/**
 * What `name` is in `folder`; `undefined` when there is nothing. `folder` itself must be a path of ours, `name` one plain
 * name. The answer may be out of date at once: decide nothing by it that matters when it is.
 */
export function entryKind(folder: string, name: string): Promise<Kind | undefined> {
  return Promise.try(entryKindNow, folder, name);
}

// Asked for a few names at each launch: to hand one to another thread takes longer than to look.
function entryKindNow(folder: string, name: string): Kind | undefined {
  if (name === "" || name === "." || name === ".." || name.includes("/")) {
    throw new TypeError(`not a name: ${name}`);
  }
  try {
    const info = Deno.lstatSync(`${folder}/${name}`);
    return info.isFile ? "file" : info.isDirectory ? "folder" : info.isSymlink ? "symlink" : "other";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw error;
  }
}
