/**
 * What a repository needs that a box does not have: data outside of the project, and programs and files that the user's own
 * configuration names. Git goes on without a word there, and commits other content or skips a guard.
 *
 * @module
 */

import { absolutePath, normalPath } from "../../host/path.ts";
import { enumerated, shellQuote } from "../../host/ui/text.ts";
import { CONFIG_BYTES, GitDir, Unclear } from "./dir.ts";
import { otherWorktrees, type Outside, outside } from "./outside.ts";
import { hasGit, listUsersConfig, parseGitConfig } from "./run.ts";

type Entries = readonly (readonly [key: string, value: string])[];

const MAX_NAMES = 6;

/** What a box is shown of git data outside of its project: the setting `box.git_access`. */
export type ShownData = "none" | "read" | "write";

/** One sentence or two for each; nothing for a folder that is no repository. Runs git over texts and the user's own files only. */
export async function missingInBox(
  folder: string,
  user: { readonly home: string; readonly configHome: string },
  shown: ShownData = "none",
): Promise<readonly string[]> {
  try {
    using dir = await GitDir.open(folder);
    if (!dir) return [];
    const own = await parsedConfig(dir);
    const users = hasGit() ? await listUsersConfig(user) : undefined;
    const all = [...(Array.isArray(users) ? users : []).map(([key, value]) => [key, value] as const), ...own];
    const found = await outside(dir, folder);
    return [
      ...elsewhere(found, folder, shown),
      ...borrowed(found, shown),
      ...await worktrees(dir),
      ...hooks(all, folder, user.home),
      ...filters(all, folder),
      ...signing(all, own),
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

function valueOf(config: Entries, key: string): string | undefined {
  return config.findLast(([name]) => name === key)?.[1];
}

function elsewhere({ repository }: Outside, folder: string, shown: ShownData): string[] {
  if (!repository) return [];
  const place = shellQuote(repository.folder);
  switch (shown) {
    case "none":
      return [
        `git does not work in the box: this folder is a ${repository.form}, and its data is in ${place}. ` +
        `${toShow("read")}. To let it commit, too: git_access=write. ` +
        `Or work in a clone: git clone ${shellQuote(folder)}`,
      ];
    case "read":
      return [
        `git in the box can look at the repository in ${place} and change nothing there. ` +
        "To let it commit: kanibako box config git_access=write",
      ];
    case "write":
      return [
        `The box can add and change commits, branches and tags of the repository in ${place}, ` +
        "also those of other worktrees. Its configuration and hooks can only be read" +
        (repository.form === "worktree" ? ", and nothing of it can be deleted." : "."),
      ];
  }
}

function borrowed({ borrowed, repository }: Outside, shown: ShownData): string[] {
  if (borrowed.length === 0 || shown !== "none") return [];
  return [
    `Commits cannot be read in the box that this repository borrows from ${
      enumerated(borrowed.slice(0, MAX_NAMES).map(({ folder }) => shellQuote(folder)))
    }. ${toShow("read")}${
      repository ? "" : ". To copy them here: git repack -a -d && rm .git/objects/info/alternates"
    }`,
  ];
}

function toShow(access: ShownData): string {
  return `To show it to the box: kanibako box config git_access=${access}`;
}

async function worktrees(dir: GitDir): Promise<string[]> {
  if (dir.form !== "repository") return [];
  const count = (await otherWorktrees(dir)).filter(({ path }) => !path.startsWith(`${dir.folder}/`)).length;
  if (count === 0) return [];
  return [
    count === 1
      ? "Another worktree of this repository is not in the box; its record is kept from being pruned there."
      : `${count} other worktrees of this repository are not in the box; their records are kept from being pruned there.`,
  ];
}

function hooks(config: Entries, folder: string, home: string): string[] {
  const path = valueOf(config, "core.hookspath");
  if (path === undefined || path === "") return [];
  const full = normalPath(path.startsWith("~/") ? `${home}/${path.slice(2)}` : absolutePath(path, folder));
  if (full === "/dev/null" || `${full}/`.startsWith(`${folder}/`)) return [];
  return [`The hooks in ${shellQuote(full)} (core.hooksPath) do not run in the box.`];
}

/** Filters that the top's attributes name and some configuration defines. */
function filters(config: Entries, folder: string): string[] {
  const attributes = GitDir.readFile(folder, ".gitattributes") ?? "";
  const named = [...attributes.matchAll(/(?<=\sfilter=)[^\s]+/g)].map(([name]) => name);
  const defined = new Set(
    config.flatMap(([key]) => /^filter\.(.*)\.(?:clean|smudge|process)$/s.exec(key)?.[1] ?? []),
  );
  const used = [...new Set(named)].filter((name) => defined.has(name));
  if (used.length === 0) return [];
  const names = enumerated(used.slice(0, MAX_NAMES).map(shellQuote));
  return [
    `Files with the ${
      used.length === 1 ? "filter" : "filters"
    } ${names} (.gitattributes) are taken in the box as they ` +
    `are, unless the filter's program is installed and set up there${
      used.includes("lfs") ? ": git lfs install" : ""
    }.`,
  ];
}

function signing(config: Entries, own: Entries): string[] {
  if (!isOn(valueOf(config, "commit.gpgsign"))) return [];
  return [
    isOn(valueOf(own, "commit.gpgsign"))
      ? "git commit fails in the box: this repository asks for signatures, and the box has no key. " +
        "To commit without: git -c commit.gpgsign=false commit"
      : "Commits that are made in the box are not signed, as your key stays here.",
  ];
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(true|yes|on|1)$/i.test(value);
}
