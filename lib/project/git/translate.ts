/**
 * Worktrees that were made in a box, inside of its workspace. Git writes absolute paths in both directions, and those of the box are
 * none on the host. After a run the worktree names its record by a relative path, which is true on both sides, and the record names
 * the worktree as the host has it.
 *
 * All of it is a box's own writing: only what two files say of each other is changed, by handle, and only within the workspace.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { debug } from "../../host/log.ts";
import { openTree, type Tree } from "../../host/tree/tree.ts";
import { LINK_BYTES, linkIn } from "./dir.ts";
import { MAX_WORKTREES, worktreePath } from "./outside.ts";

/**
 * Changes what is needed. `folder`: the workspace; `place`: where it was in the box. Returns how many worktrees were changed. Never
 * throws for what is in the folder.
 */
export async function translateWorktrees(folder: string, place: string): Promise<number> {
  // A look that costs nothing, where most workspaces have nothing.
  if (place === folder || !Deno.lstatSync(folder).isDirectory || !hasRecords(folder)) return 0;
  using tree = openTree(folder);
  let changed = 0;
  for (const { name, kind } of listed(tree)) {
    if (kind !== "folder") continue;
    try {
      if (await translate(tree, { folder, place, name })) changed++;
    } catch (error) {
      if (!(error instanceof KanibakoError)) throw error;
      debug(() => `the worktree ${name} stays as it is: ${error.message}`);
    }
  }
  return changed;
}

function hasRecords(folder: string): boolean {
  try {
    return Deno.lstatSync(`${folder}/.git/worktrees`).isDirectory;
  } catch {
    return false;
  }
}

function listed(tree: Tree) {
  try {
    return tree.list(".git/worktrees", MAX_WORKTREES)?.entries ?? [];
  } catch (error) {
    if (error instanceof KanibakoError) return [];
    throw error;
  }
}

interface Record {
  readonly folder: string;
  readonly place: string;
  readonly name: string;
}

async function translate(tree: Tree, { folder, place, name }: Record): Promise<boolean> {
  const record = `.git/worktrees/${name}`;
  const path = worktreePath(textOf(tree.readFile(`${record}/gitdir`, LINK_BYTES)));
  if (path === undefined || !path.startsWith(`${place}/`)) return false;
  const inner = path.slice(place.length + 1);
  const link = linkIn(textOf(tree.readFile(`${inner}/.git`, LINK_BYTES)) ?? "");
  const relative = `${"../".repeat(inner.split("/").length)}${record}`;
  if (link !== `${place}/${record}` && link !== relative) return false;
  if (link !== relative) await replace(tree, `${inner}/.git`, `gitdir: ${relative}\n`);
  await replace(tree, `${record}/gitdir`, `${folder}/${inner}/.git\n`);
  return true;
}

async function replace(tree: Tree, path: string, text: string): Promise<void> {
  const mode = (tree.stat(path)?.mode ?? 0o644) & 0o666;
  const owner = Deno.uid() === 0 ? { owner: ownerOf(tree) } : {};
  await tree.remove(path);
  tree.makeFile(path, { mode, ...owner }, new TextEncoder().encode(text));
}

/** The workspace's: whoever works in it is that user. */
function ownerOf(tree: Tree): { uid: number; gid: number } {
  using lent = tree.lend(".git/worktrees");
  const { uid, gid } = Deno.statSync(lent?.path ?? "/");
  return { uid: uid ?? 0, gid: gid ?? 0 };
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}
