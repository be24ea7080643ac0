/**
 * Makes the folders of helpers before a box is started that has them mounted. What a box may write belongs to its user; the rest is ours,
 * and everybody in the box may read it.
 *
 * @module
 */

import { exists } from "../host/path.ts";
import { giveTo } from "../host/give.ts";
import { groupFolders, helperFolders } from "./folders.ts";

/** Whose a box's files are on this host. */
export interface FolderOwner {
  readonly uid: number;
  readonly gid: number;
}

/** The folders that the helpers of one box have in common. `number`: its own. What is there stays. */
export function makeGroup(root: string, number: number, owner: FolderOwner): void {
  const { all, channels, from, both } = groupFolders(root);
  closed(parentOf(root));
  for (const path of [root, all.root, channels, parentOf(from(number))]) shown(path);
  for (const path of [all.readOnly, all.readWrite, from(number), both]) given(path, owner);
}

/** The folders of one helper, its workspace aside; those of the channels between it and its siblings too. */
export function makeHelper(group: string, number: number, owner: FolderOwner): void {
  const { root, vaultReadOnly, vaultReadWrite, scripts, peers } = helperFolders(group, number);
  for (const path of [root, parentOf(vaultReadOnly), vaultReadOnly, parentOf(scripts), peers]) shown(path);
  for (const path of [vaultReadWrite, scripts, groupFolders(group).from(number)]) given(path, owner);
  // So that the links in `peers` lead somewhere on both sides.
  link("../channels", `${root}/channels`);
  link("../all", `${root}/all`);
}

/** The home of a helper, for its user alone. */
export function makeHome(path: string, owner: FolderOwner): void {
  closed(parentOf(path));
  given(path, owner);
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** A folder of ours into which boxes may look. */
function shown(path: string): void {
  if (exists(path)) return;
  Deno.mkdirSync(path, { recursive: true });
  Deno.chmodSync(path, 0o755);
}

/** A folder of ours that nobody else may enter. Where it is mounted from, that is of no matter. */
function closed(path: string): void {
  Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
}

function given(path: string, owner: FolderOwner): void {
  if (exists(path)) return;
  Deno.mkdirSync(path, { mode: 0o700 });
  giveTo(path, owner);
}

function link(target: string, path: string): void {
  if (!exists(path)) Deno.symlinkSync(target, path);
}
