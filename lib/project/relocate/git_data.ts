/**
 * What the git data of a project asks of a move or a copy of its folder. Worktrees and their repository name each other by absolute
 * paths, which a move changes on both sides. A copy that shared a worktree's or a submodule's data would move the original's branch,
 * so it is refused.
 *
 * @module
 */

import { exists } from "../../host/path.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { Write } from "../change/step.ts";
import { GitDir, LINK_BYTES, linkIn, Unclear } from "../git/dir.ts";
import { otherWorktrees, type Outside, outside } from "../git/outside.ts";
import { sharedPart } from "../git/shared_part.ts";
import { isWithin } from "../layout.ts";

/** What is to be done beside the move or the copy of the folder. */
export interface GitChanges {
  /** Paths of the folder that a copy leaves out. */
  readonly exclude: readonly string[];
  /** To be written once the folder is at its new place. */
  readonly writes: readonly Write[];
}

const NOTHING: GitChanges = { exclude: [], writes: [] };
/** As git makes them. */
const MODE = 0o644;

interface Way {
  readonly from: string;
  readonly to: string;
  readonly how: "move" | "copy";
}

/** Works it out. `from`: real. Throws `git-elsewhere` where the data cannot come along. */
export async function gitChanges(way: Way): Promise<GitChanges> {
  const { from, to, how } = way;
  try {
    if (how === "copy") refuseShared(from);
    using dir = await GitDir.open(from);
    if (!dir) return NOTHING;
    const found = await outside(dir, to);
    refuseElsewhere(way, found);
    await refuseRelative(way, found);
    if (found.repository?.record !== undefined) return movedWorktree(dir, way, found.repository.folder);
    return dir.form === "repository" ? await changedWorktrees(dir, way) : NOTHING;
  } catch (error) {
    if (!(error instanceof Unclear)) throw error;
    // A folder is copied as it is, whatever is wrong with it. A link would be the original's data.
    if (how === "move" || isFolder(`${from}/.git`)) return NOTHING;
    throw elsewhere(way, `${error.message}`);
  }
}

function refuseShared(from: string): void {
  const shared = sharedPart(from);
  if (shared === undefined) return;
  throw elsewhere({ from, how: "copy" }, `its ${shared.path} leads to ${shellQuote(shared.to)}`);
}

function refuseElsewhere(way: Way, { repository }: Outside): void {
  if (!repository || (way.how === "move" && repository.form === "worktree")) return;
  const what = `it is a ${repository.form}, and its git data is in ${shellQuote(repository.folder)}`;
  throw elsewhere(way, what, repository.form);
}

/** Objects that are named relative to what moves. */
async function refuseRelative(way: Way, { borrowed }: Outside): Promise<void> {
  for (const { at, folder, relative } of borrowed) {
    if (!relative || await Deno.realPath(at).catch(() => undefined) === folder) continue;
    throw elsewhere(way, `it borrows commits from ${shellQuote(folder)}, and names that relative to itself`);
  }
}

function elsewhere(
  { from, how }: Pick<Way, "from" | "how">,
  why: string,
  form?: "worktree" | "submodule",
): KanibakoError {
  const copy = how === "copy";
  return new KanibakoError("git-elsewhere", `Cannot ${how} ${shellQuote(from)}: ${why}.`, {
    hint: [
      ...copy ? ["Commits in the copy would change the branches of the original."] : [],
      ...form === "worktree" && copy
        ? ["To have another worktree: git worktree add PATH -b BRANCH, then kanibako there"]
        : [],
      ...form === "submodule" && !copy ? ["To move a submodule: git mv, in the repository around it"] : [],
      ...why.includes("borrows")
        ? ["To copy them here: git repack -a -d && rm .git/objects/info/alternates"]
        : [],
      ...copy ? ["To copy the box only: kanibako box duplicate --bare"] : [],
    ],
  });
}

/** The repository's record of a worktree that moves. */
function movedWorktree(dir: GitDir, { to }: Way, repository: string): GitChanges {
  const record = dir.path.slice(repository.length + 1);
  const before = dir.common.text(`${record}/gitdir`, LINK_BYTES);
  if (before === undefined) return NOTHING;
  const file = `${repository}/${record}/gitdir`;
  return { exclude: [], writes: [{ do: "write", file, before, after: `${to}/.git\n`, mode: MODE }] };
}

/** What a repository and its worktrees say of each other. */
async function changedWorktrees(dir: GitDir, { from, to, how }: Way): Promise<GitChanges> {
  const exclude: string[] = [];
  const writes: Write[] = [];
  const write = (file: string, before: string, after: string) => {
    if (before !== after) writes.push({ do: "write", file, before, after, mode: MODE });
  };
  for (const { name, path } of await otherWorktrees(dir)) {
    const record = `.git/worktrees/${name}`;
    const inside = isWithin(path, from);
    if (!inside && how === "copy") {
      // They stay the original's.
      exclude.push(record);
      continue;
    }
    const text = GitDir.readFile(path, ".git") ?? "";
    const link = linkIn(text);
    const back = dir.common.text(`worktrees/${name}/gitdir`, LINK_BYTES);
    if (link === undefined || back === undefined) continue;
    const inner = path.slice(from.length + 1);
    if (inside) {
      if (link.startsWith("/")) {
        write(`${to}/${inner}/.git`, text, `gitdir: ${"../".repeat(inner.split("/").length)}${record}\n`);
      }
      write(`${to}/${record}/gitdir`, back, `${to}/${inner}/.git\n`);
    } else write(`${path}/.git`, text, `gitdir: ${to}/${record}\n`);
  }
  return { exclude, writes };
}

function isFolder(path: string): boolean {
  return exists(path) && Deno.lstatSync(path).isDirectory;
}
