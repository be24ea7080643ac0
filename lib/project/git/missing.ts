/**
 * What a repository needs that a box does not have: data outside of the project, and programs and files that the user's own
 * configuration names. Git goes on without a word there, and commits other content or skips a guard.
 *
 * @module
 */

import { enumerated, shellQuote } from "../../host/ui/text.ts";
import { CONFIG_BYTES, GitDir, linkIn, Unclear } from "./dir.ts";
import { otherWorktrees, type Outside, outside, type Worktree } from "./outside.ts";
import { type Entries, missingPrograms } from "./missing_programs.ts";
import { hasGit, listUsersConfig, parseGitConfig } from "./run.ts";

const MAX_NAMES = 6;

/** What a box is shown of git data outside of its project: the setting `box.git_access`. */
export type ShownData = "none" | "read" | "write";

/**
 * One sentence or two for each; nothing for a folder that is no repository. Runs git over texts and the user's own files only. `atHost`:
 * whether the box has the folder at its path on the host.
 */
export async function missingInBox(
  folder: string,
  user: { readonly home: string; readonly configHome: string },
  shown: ShownData = "none",
  atHost = false,
): Promise<readonly string[]> {
  try {
    using dir = await GitDir.open(folder);
    if (!dir) return [];
    const own = await parsedConfig(dir);
    const users = hasGit() ? await listUsersConfig(user) : undefined;
    const usersOwn = (Array.isArray(users) ? users : []).map(([key, value]) => [key, value] as const);
    const found = await outside(dir, folder);
    return [
      ...elsewhere(found, folder, shown),
      ...borrowed(found, folder, shown),
      ...await worktrees(dir, folder, atHost),
      ...await missingPrograms({ dir, user, own, users: usersOwn, atHost }),
    ];
  } catch (error) {
    if (!(error instanceof Unclear)) throw error;
    // Git in the box meets the same.
    return [`git may not work in the box: ${error.message}.`];
  }
}

async function parsedConfig(dir: GitDir): Promise<Entries> {
  const text = dir.common.text("config", CONFIG_BYTES);
  return text === undefined || !hasGit() ? [] : await parseGitConfig(text) ?? [];
}

function elsewhere({ repository }: Outside, folder: string, shown: ShownData): string[] {
  if (!repository) return [];
  const place = shellQuote(repository.folder);
  switch (shown) {
    case "none":
      return [
        `git does not work in the box: this folder is a ${repository.form}, and its data is in ${place}. ` +
        `${toShow(folder)}. To let it commit, too: git_access=write. ` +
        `Or work in a clone: git clone ${shellQuote(folder)}`,
      ];
    case "read":
      return [
        `git in the box can look at the repository in ${place} and change nothing there. ` +
        `To let it commit: ${setAccess(folder, "write")}`,
      ];
    case "write":
      return [
        `The box can add commits to the repository in ${place}, and add, change and delete its branches and tags, ` +
        "also those of other worktrees. Its configuration and hooks can only be read.",
      ];
  }
}

function borrowed({ borrowed, repository }: Outside, folder: string, shown: ShownData): string[] {
  if (borrowed.length === 0 || shown !== "none") return [];
  return [
    `Commits cannot be read in the box that this repository borrows from ${
      enumerated(borrowed.slice(0, MAX_NAMES).map(({ folder }) => shellQuote(folder)))
    }. ${toShow(folder)}${
      repository ? "" : ". To copy them here: git repack -a -d && rm .git/objects/info/alternates"
    }`,
  ];
}

function toShow(folder: string): string {
  return `To show it to the box: ${setAccess(folder, "read")}`;
}

/** With the project: whoever reads it may stand in another one. */
function setAccess(folder: string, access: ShownData): string {
  return `kanibako box config ${shellQuote(folder)} git_access=${access}`;
}

async function worktrees(dir: GitDir, folder: string, atHost: boolean): Promise<string[]> {
  if (dir.form !== "repository") return [];
  const all = await otherWorktrees(dir);
  const inner = all.filter(({ path }) => path.startsWith(`${dir.folder}/`));
  const count = all.length - inner.length;
  return [
    ...count === 0 ? [] : [
      count === 1
        ? "Another worktree of this repository is not in the box; its record is kept from being pruned there."
        : `${count} other worktrees of this repository are not in the box; their records are kept from being pruned there.`,
    ],
    ...atHost ? [] : innerWorktrees(dir, inner, folder),
  ];
}

/** Worktrees in the project: they are in the box, but name their data by its path on the host. */
function innerWorktrees(dir: GitDir, inner: readonly Worktree[], folder: string): string[] {
  const names = inner
    .filter(({ path }) => linkIn(GitDir.readFile(path, ".git") ?? "")?.startsWith("/"))
    .map(({ path }) => shellQuote(path.slice(dir.folder.length + 1)))
    .sort();
  if (names.length === 0) return [];
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : "";
  return [
    `git does not work in the box in ${names.length === 1 ? "the worktree" : "the worktrees"} ` +
    `${more === "" ? enumerated(names) : names.slice(0, MAX_NAMES).join(", ") + more}, ` +
    "whose data is named by its path on this machine. " +
    `To have that path in the box: kanibako box config ${shellQuote(folder)} workspace_path=host`,
  ];
}
