/**
 * What git can tell about a workspace, found out without running anything the workspace brings. See `run.ts`.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { debug } from "../../host/log.ts";
import {
  comparisonSettings,
  type GitConfig,
  type GitRemote,
  remotesOf,
  riskyKeys,
  riskySubmodules,
  upstreamRef,
} from "./config.ts";
import { CONFIG_BYTES, GitDir, type GitForm, Unclear } from "./dir.ts";
import { BorrowingGit, hasGit, parseGitConfig } from "./run.ts";
import { refuseSpecialFiles } from "./special.ts";

/** What is known of a folder. */
export type GitState = NoRepository | UnclearRepository | GitFacts;

/** The folder is not the top of a repository. */
export interface NoRepository {
  readonly kind: "none";
}

/** There is something of git's, but it cannot be judged. */
export interface UnclearRepository {
  readonly kind: "unclear";
  /** Why, such as "its references go round in a circle". */
  readonly why: string;
}

/** A repository that could be read. */
export interface GitFacts {
  readonly kind: "repository";
  readonly form: GitForm;
  /** `undefined`: no branch is checked out. */
  readonly branch: string | undefined;
  /** `undefined`: there is none yet. */
  readonly commit: string | undefined;
  /** Files git keeps that differ from the commit, staged or not; submodules at another commit are among them. */
  readonly uncommitted: number;
  /** Files and folders git does not know and does not ignore. */
  readonly untracked: number;
  /** Commits the remote's branch does not have; `undefined`: there is no branch to compare with. */
  readonly unpushed: number | undefined;
  /** The reference compared with, such as `refs/remotes/origin/main`. */
  readonly upstream: string | undefined;
  readonly remotes: readonly GitRemote[];
  /** Submodules that are checked out, each with its own state. They are looked at one level deep. */
  readonly submodules: readonly { readonly path: string; readonly state: GitState }[];
  /** What would run programs, or lead elsewhere, when git is used there by hand. */
  readonly risks: readonly string[];
}

const INDEX_ENTRY_BYTES = 16 * 1024;
const MAX_SUBMODULES = 64;
/** How long a look at a folder may take, submodules and all. What comes of it is a hint, and what is in the way may be a box's making. */
const LOOK_MS = 10_000;
const NOT_A_HOOK = /\.sample$/;

/**
 * Looks at a folder (absolute, symlinks resolved). Never throws for what is in the folder, and changes nothing in it.
 * `depth`: how many levels of submodules are looked at. `untilMs`: when the look is given up, in milliseconds since 1970.
 */
export async function gitState(
  folder: string,
  depth = 1,
  untilMs: number = Date.now() + LOOK_MS,
): Promise<GitState> {
  try {
    using dir = await GitDir.open(folder);
    if (!dir) return { kind: "none" };
    if (!hasGit()) throw new Unclear("git is not installed on this machine");
    return await factsOf(dir, depth, untilMs);
  } catch (error) {
    if (error instanceof Unclear) return { kind: "unclear", why: error.message };
    // Another user's folder, a path that went away: nothing to judge by.
    if (error instanceof KanibakoError) return { kind: "unclear", why: error.message.replace(/\.$/, "") };
    throw error;
  }
}

async function factsOf(dir: GitDir, depth: number, untilMs: number): Promise<GitFacts> {
  if (Date.now() >= untilMs) throw tooLong();
  const config = await configOf(dir);
  const { branch, commit } = dir.head();
  refuseSpecialFiles(dir);
  using objects = dir.common.lend("objects");
  if (!objects) throw new Unclear("it has no objects");
  using index = dir.own.lend("index");
  await using git = await BorrowingGit.open(
    {
      head: commit ?? `ref: refs/heads/${/^[\w./-]+$/.test(branch ?? "") ? branch : "main"}`,
      settings: comparisonSettings(config),
      shallow: dir.common.text("shallow", CONFIG_BYTES),
      exclude: dir.common.text("info/exclude", CONFIG_BYTES),
    },
    { workTree: dir.folder, objects: objects.path, index: index?.path },
    untilMs,
  );
  const changes = await changesOf(git);
  const modules = await submodulesOf(git, dir.folder, commit, depth);
  const upstream = branch === undefined ? undefined : upstreamRef(config, branch);
  const upstreamCommit = upstream === undefined ? undefined : dir.resolve(upstream);
  return {
    kind: "repository",
    form: dir.form,
    branch,
    commit,
    uncommitted: changes.tracked + modules.moved,
    untracked: changes.untracked,
    unpushed: commit === undefined || upstreamCommit === undefined
      ? undefined
      : await countCommits(git, upstreamCommit, commit),
    upstream: upstreamCommit === undefined ? undefined : upstream,
    remotes: remotesOf(config),
    submodules: modules.found,
    risks: await risksOf(dir, config),
  };
}

async function configOf(dir: GitDir): Promise<GitConfig> {
  const text = dir.common.text("config", CONFIG_BYTES) ?? "";
  const config = await parseGitConfig(text);
  if (!config) throw new Unclear("its configuration cannot be read");
  if (config.some(([key, value]) => key === "extensions.refstorage" && value !== "files")) {
    throw new Unclear("its references are kept in a form that is not read here");
  }
  const own = config.some(([key, value]) => key === "extensions.worktreeconfig" && value === "true")
    ? dir.own.text("config.worktree", CONFIG_BYTES)
    : undefined;
  return [...config, ...own === undefined ? [] : await parseGitConfig(own) ?? []];
}

/** Counts changed and unknown files. Submodules are left out: git would look into them. */
async function changesOf(git: BorrowingGit): Promise<{ tracked: number; untracked: number }> {
  let [tracked, untracked] = [0, 0];
  const records = new Records((record) => record.startsWith("??") ? untracked++ : tracked++);
  await read(git, [
    "status",
    "--porcelain=v1",
    "-z",
    "--no-renames",
    "--untracked-files=normal",
    "--ignore-submodules=all",
    "--no-ahead-behind",
  ], records);
  return { tracked, untracked };
}

/** The submodules: those at another commit than was recorded are counted, those that are checked out are looked at. */
async function submodulesOf(
  git: BorrowingGit,
  folder: string,
  commit: string | undefined,
  depth: number,
): Promise<{ moved: number; found: { path: string; state: GitState }[] }> {
  const recorded: { path: string; commit: string }[] = [];
  await read(
    git,
    ["ls-files", "--stage", "-z"],
    new Records((record) => {
      const link = /^160000 ([0-9a-f]+) \d\t(.*)$/s.exec(record);
      if (link && recorded.length < MAX_SUBMODULES) recorded.push({ commit: link[1]!, path: link[2]! });
    }),
  );
  if (recorded.length === 0) return { moved: 0, found: [] };
  let moved = 0;
  if (commit !== undefined) {
    const staged = [
      "diff-index",
      "--cached",
      "--raw",
      "-z",
      "--no-renames",
      "--ignore-submodules=none",
      commit,
    ];
    await read(
      git,
      staged,
      new Records((record) => {
        if (/^:\d+ 160000 |^:160000 /.test(record)) moved++;
      }),
    );
  } else moved += recorded.length;
  const found: { path: string; state: GitState }[] = [];
  for (const each of recorded) {
    const state: GitState = depth > 0
      ? await gitStateBelow(folder, each.path, depth - 1, git.untilMs)
      : { kind: "unclear", why: "it lies too deep" };
    if (state.kind === "none") continue;
    if (state.kind === "repository" && state.commit !== each.commit) moved++;
    found.push({ path: each.path, state });
  }
  return { moved, found };
}

/** A folder of the workspace, which must be reached without a link. */
async function gitStateBelow(
  folder: string,
  path: string,
  depth: number,
  untilMs: number,
): Promise<GitState> {
  const full = `${folder}/${path}`;
  const real = await Deno.realPath(full).catch(() => undefined);
  if (real === undefined) return { kind: "none" };
  if (real !== full) return { kind: "unclear", why: `it leads to ${real}` };
  return await gitState(full, depth, untilMs);
}

async function countCommits(git: BorrowingGit, from: string, to: string): Promise<number> {
  if (from === to) return 0;
  const result = await git.run(["rev-list", "--count", `${from}..${to}`, "--"]);
  if (result.code !== 0 || result.timedOut) throw failed(result);
  return Number(result.stdout.trim());
}

async function risksOf(dir: GitDir, config: GitConfig): Promise<string[]> {
  const risks = riskyKeys(config)
    // Git itself sets it there.
    .filter((key) => !(dir.form === "submodule" && key === "core.worktree"))
    .map((key) => `${key} is set in its .git/config`);
  for (const { name } of dir.common.tree.list(`${dir.common.prefix}hooks`, 200)?.entries ?? []) {
    if (!NOT_A_HOOK.test(name)) risks.push(`it has the hook ${name}`);
  }
  const work = GitDir.readFile(dir.folder, ".gitmodules");
  const modules = work === undefined ? [] : await parseGitConfig(work);
  return [...risks, ...modules ? riskySubmodules(modules) : ["its .gitmodules cannot be read"]];
}

async function read(git: BorrowingGit, words: readonly string[], records: Records): Promise<void> {
  const result = await git.run(words, (text) => records.add(text));
  if (result.code !== 0 || result.timedOut) throw failed(result);
}

function failed(result: { readonly timedOut: boolean; readonly stderr: string }): Unclear {
  debug(() => `git: ${result.stderr}`);
  if (result.timedOut) return tooLong();
  const line = result.stderr.split("\n").find((text) => text !== "") ?? "git failed";
  return new Unclear(line.replace(/^(fatal|error): /, ""));
}

function tooLong(): Unclear {
  return new Unclear("git took too long");
}

/** Records that end with NUL, reported one by one as they come in pieces. Of one too long for a path, the beginning is reported. */
class Records {
  #rest = "";
  constructor(readonly tell: (record: string) => void) {}

  add(text: string): void {
    const parts = (this.#rest + text).split("\0");
    this.#rest = parts.pop()!.slice(0, INDEX_ENTRY_BYTES);
    for (const part of parts) this.tell(part);
  }
}
