/**
 * What a repository needs that a box does not have: data outside of the project, and programs and files that the user's own
 * configuration names. Git goes on without a word there, and commits other content or skips a guard.
 *
 * @module
 */

import { absolutePath, normalPath } from "../../host/path.ts";
import { enumerated, shellQuote } from "../../host/ui/text.ts";
import { CONFIG_BYTES, GitDir, Unclear } from "./dir.ts";
import { hasGit, listUsersConfig, parseGitConfig } from "./run.ts";

type Entries = readonly (readonly [key: string, value: string])[];

/** The most worktrees that are counted. */
const MAX_WORKTREES = 1000;
const MAX_NAMES = 6;

/** One sentence or two for each; nothing for a folder that is no repository. Runs git over texts and the user's own files only. */
export async function missingInBox(
  folder: string,
  user: { readonly home: string; readonly configHome: string },
): Promise<readonly string[]> {
  try {
    using dir = await GitDir.open(folder);
    if (!dir) return [];
    const own = await parsedConfig(dir);
    const users = hasGit() ? await listUsersConfig(user) : undefined;
    const all = [...(Array.isArray(users) ? users : []).map(([key, value]) => [key, value] as const), ...own];
    return [
      ...elsewhere(dir, folder),
      ...borrowed(dir),
      ...otherWorktrees(dir),
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

function elsewhere({ form, own, path }: GitDir, folder: string): string[] {
  if (form === "repository") return [];
  const common = form === "worktree" ? own.text("commondir", CONFIG_BYTES)?.trim() : undefined;
  const place = normalPath(absolutePath(common ?? ".", path));
  // A submodule whose repository is around it is used from there.
  if (place.startsWith(`${folder}/`)) return [];
  return [
    `git does not work in the box: this folder is a ${form}, and its data is in ${shellQuote(place)}. ` +
    `Work in that repository itself, or in a clone: git clone ${shellQuote(folder)}`,
  ];
}

function borrowed({ common }: GitDir): string[] {
  const text = common.text("objects/info/alternates", CONFIG_BYTES)?.trim() ?? "";
  const folders = text.split("\n").filter((line) => line.startsWith("/"));
  if (folders.length === 0) return [];
  return [
    `Commits cannot be read in the box that this repository borrows from ${
      enumerated(folders.slice(0, MAX_NAMES).map(shellQuote))
    }. To copy them here: git repack -a -d && rm .git/objects/info/alternates`,
  ];
}

function otherWorktrees({ form, common }: GitDir): string[] {
  if (form !== "repository") return [];
  const records = common.list("worktrees", MAX_WORKTREES).filter(({ kind }) => kind === "folder");
  const open = records.filter(({ name }) => common.kind(`worktrees/${name}/locked`) === undefined);
  if (open.length === 0) return [];
  const [they, them] = open.length === 1
    ? ["Another worktree", "it"]
    : [`${open.length} other worktrees`, "them"];
  return [
    `${they} of this repository cannot be seen in the box, and "git worktree prune" there forgets ${them}. ` +
    "To keep each: git worktree lock PATH",
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
