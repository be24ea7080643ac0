/**
 * Copies one thing of a folder, by handle.
 *
 * @module
 */

import { copyTree, type TreeLimits } from "../host/tree/copy.ts";
import type { Folder } from "../host/tree/folder.ts";
import { nameBytes } from "../host/tree/raw_name.ts";

const lossy = new TextDecoder();

/**
 * Makes the folder `to`, which must not exist, with a copy of `name` in it, whatever that is. Throws as `copyTree`. Answers
 * whether a file of it has further names.
 */
export async function copyOne(
  from: Folder,
  name: string,
  to: string,
  limits: Partial<TreeLimits> = {},
): Promise<boolean> {
  // As a walk writes paths; where it takes another name for this one, that is copied too, and does no harm.
  const shown = lossy.decode(nameBytes(name));
  let isShared = false;
  await copyTree(from.path, to, {
    exclude: (path) => path !== shown && !path.startsWith(`${shown}/`),
    limits,
    keepSpecialBits: true,
    onEntry: ({ kind, nlink }) => isShared ||= kind !== "folder" && nlink > 1,
  });
  return isShared;
}
