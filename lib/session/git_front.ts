/**
 * Makes the folder that a box has in the place of a worktree's repository: links to the repository, which the box has elsewhere and
 * read-only, and the few things that must be folders of their own.
 *
 * Git deletes a reference (and with almost every commit one of its own) under the lock `packed-refs.lock`, beside the file that
 * `packed-refs` leads to. It follows five links at most, so the lock is made beside the fifth, in this folder. What would write the file
 * itself is kept from it, as loose references would be deleted for one that nobody else sees: its name for the new file is taken.
 *
 * @module
 */

import { writeText } from "../host/store.ts";
import { giveTree } from "../host/tree/modes.ts";
import { GitDir } from "../project/git/dir.ts";
import type { GitRepository } from "../plan/parts/part.ts";
import { BOX_REPOSITORY } from "../spec/box_paths.ts";
import type { UserMapping } from "../spec/box_spec.ts";

/** How many links git follows to the file it locks. */
const LINKS = 5;
/** Where the chain is. */
const CHAIN = "kanibako-refs";
/** What is not a link, or does not belong there. */
const NOT_LINKED: ReadonlySet<string> = new Set(["HEAD", "packed-refs", "worktrees", "commondir", CHAIN]);
/** Linked to in any case: it may come later. */
const ALWAYS = ["config", "hooks", "info", "logs", "objects", "refs", "shallow"];
const MOST_NAMES = 500;

/** Makes it. The repository's names are only looked at: what they are counts when the box follows the links. */
export async function makeGitFront(
  { folder, front }: Pick<GitRepository, "folder" | "front">,
  user: UserMapping,
): Promise<void> {
  if (!front) return;
  const root = front.folder;
  await Deno.mkdir(root, { recursive: true, mode: 0o700 });
  for (const name of new Set([...ALWAYS, ...names(folder)])) {
    if (!NOT_LINKED.has(name) && !name.endsWith(".lock")) {
      await Deno.symlink(`${BOX_REPOSITORY}/${name}`, `${root}/${name}`);
    }
  }
  // Git wants to find what the repository's own folder has checked out in a file.
  await writeText(`${root}/HEAD`, GitDir.readFile(folder, "HEAD") ?? "", 0o600);
  await makeChain(root);
  await makeRecords(folder, root, front.record.split("/").at(-1)!);
  if (user.kind === "owner" && Deno.uid() === 0) giveTree(root, user);
}

async function makeChain(root: string): Promise<void> {
  await Deno.mkdir(`${root}/${CHAIN}`);
  await Deno.symlink(`${CHAIN}/1`, `${root}/packed-refs`);
  for (let link = 1; link < LINKS; link++) await Deno.symlink(`${link + 1}`, `${root}/${CHAIN}/${link}`);
  await Deno.symlink(`${BOX_REPOSITORY}/packed-refs`, `${root}/${CHAIN}/${LINKS}`);
  await Deno.mkdir(`${root}/${CHAIN}/${LINKS}.new`);
}

/** The worktree's own is mounted; the others can be looked at, and none can be made. */
async function makeRecords(folder: string, root: string, own: string): Promise<void> {
  await Deno.mkdir(`${root}/worktrees/${own}`, { recursive: true });
  for (const name of names(`${folder}/worktrees`)) {
    if (name !== own) {
      await Deno.symlink(`${BOX_REPOSITORY}/worktrees/${name}`, `${root}/worktrees/${name}`);
    }
  }
  await Deno.chmod(`${root}/worktrees`, 0o555);
}

function names(folder: string): string[] {
  const found: string[] = [];
  for (const { name } of Deno.readDirSync(folder)) {
    if (found.length === MOST_NAMES) break;
    found.push(name);
  }
  return found;
}
