/**
 * Puts things back into a project, by handle: made whole under another name, then renamed to their own, which must be free.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import type { Folder } from "../host/tree/folder.ts";
import { removeTree } from "../host/tree/remove.ts";
import { copyOne } from "./copy_one.ts";

/** How the name begins of what is on its way into the project. */
const DRAFT = ".kanibako-restoring-";

/** Copies `name` of one folder into another, in which the name must be free. False when it is not. */
export async function putBack(from: Folder, into: Folder, name: string, newName = name): Promise<boolean> {
  const draft = `${into.path}/${DRAFT}${crypto.randomUUID()}`;
  const { mode, uid } = into.self();
  const isLocked = uid === Deno.uid() && (mode & 0o200) === 0;
  if (isLocked) into.setMode(mode | 0o200);
  try {
    await copyOne(from, name, draft);
    using made = into.open(draft.slice(draft.lastIndexOf("/") + 1));
    return made?.moveAcross(name, into, newName) === "moved";
  } finally {
    await removeTree(draft);
    if (isLocked) into.setMode(mode);
  }
}

/**
 * Opens the folder that holds the last name of a path below the project, made where it is missing, as the folder above it is. The
 * caller closes it. Throws `unsafe-tree` where the way leads through anything but folders.
 */
export function openParent(
  workspace: Folder,
  path: string,
): { readonly folder: Folder; readonly name: string } {
  const names = path.split("/");
  const name = names.pop()!;
  let at = workspace.again();
  for (const step of names) {
    using above = at;
    above.unlock(step);
    let next = above.open(step);
    if (!next) {
      const { uid, gid, mode } = above.self();
      above.make(step, 0o700);
      next = above.open(step);
      if (next && Deno.uid() === 0) next.give(uid, gid);
      next?.setMode(mode & 0o777);
    }
    if (!next) {
      throw new KanibakoError(
        "tree-changed",
        `Cannot make the folder of ${path}: it is removed as it is made.`,
      );
    }
    at = next;
  }
  return { folder: at, name };
}
