/**
 * Takes things out of a quarantine: back to their places in the project, or away.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { type Folder, openFolder } from "../host/tree/folder.ts";
import { removeTree } from "../host/tree/remove.ts";
import { quotePath } from "../host/ui/quote_path.ts";
import { openParent, putBack } from "./put_back.ts";
import { CONTENT, itemFolder, openItem, type Quarantined } from "./quarantine.ts";
import { move, take, type Taking } from "./take.ts";

/** Removes a tree of which parts may belong to other users of the box. */
export type Remover = (path: string) => Promise<void>;

/**
 * Moves a thing back to its place. What stands there goes to the quarantine itself, and is returned. The caller keeps the box from
 * running.
 *
 * Throws `unsafe-tree` when the way to the place leads through anything but folders, and `cannot-restore`.
 */
export async function giveBack(
  state: string,
  project: string,
  item: Quarantined,
): Promise<Quarantined | undefined> {
  using workspace = openFolder(project);
  const taking: Taking = { state, workspace, run: item.run };
  const { folder, name } = openParent(workspace, item.path);
  using into = folder;
  const replaced = await take(taking, into, name, { path: item.path, reason: "replaced", entry: item.entry });
  try {
    await bringBack(state, workspace, item, into, name);
  } catch (error) {
    // What stood there stands there again.
    if (replaced && !into.info(name)) await bringBack(state, workspace, replaced, into, name);
    throw error;
  }
  return replaced;
}

async function bringBack(
  state: string,
  workspace: Folder,
  item: Quarantined,
  into: Folder,
  name: string,
): Promise<void> {
  using kept = item.aside === undefined ? openItem(state, item.id) : workspace.again();
  const from = item.aside ?? CONTENT;
  if (move(kept, from, into, name) === "other-disk" && !await putBack(kept, into, from, name)) {
    throw new KanibakoError(
      "cannot-restore",
      `Cannot restore ${quotePath(`${into.shown}/${name}`)}: something is there again.`,
      { hint: "Stop what writes there, and try again." },
    );
  }
  if (item.kind === "folder") {
    using folder = into.open(name);
    folder?.setMode(item.mode & 0o777);
  }
  await removeTree(itemFolder(state, item.id));
}

/** Deletes a thing, wherever it is. */
export async function discard(
  state: string,
  project: string,
  item: Quarantined,
  remover: Remover = removeTree,
): Promise<void> {
  if (item.aside !== undefined) await remover(`${project}/${item.aside}`);
  await remover(itemFolder(state, item.id));
}
