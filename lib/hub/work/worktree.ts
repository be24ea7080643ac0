/**
 * A worktree for a helper: its parent's last commit, on a branch of its own.
 *
 * It is a repository of its own. A worktree as git makes one would need the parent's repository in the helper's box, to be written:
 * with that the helper could move its parent's branches. So it gets copies of objects and references, which share their blocks with the
 * originals where the file system can. Git of this machine sees nothing but what we wrote, and that.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { writeText } from "../../host/store.ts";
import { copyTree } from "../../host/tree/copy.ts";
import { type Folder, openFolder } from "../../host/tree/folder.ts";
import { giveTree } from "../../host/tree/modes.ts";
import type { Kind } from "../../host/tree/walk.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { comparisonSettings } from "../../project/git/config.ts";
import { CONFIG_BYTES, GitDir, Unclear } from "../../project/git/dir.ts";
import { configText, hasGit, parseGitConfig, runInOwn } from "../../project/git/run.ts";
import type { ForkWriter } from "./fork_writer.ts";
import { type MadeWorkspace, makeEmpty, type WorkspaceRequest } from "./workspace.ts";

/** How long git may take to write the files. */
const CHECKOUT_MS = 5 * 60_000;
/** Settings that would need files of the parent's. */
const NOT_TAKEN: ReadonlySet<string> = new Set(["core.sparsecheckout", "core.sparsecheckoutcone"]);
const PACKED_REFS_BYTES = 64 * 1024 * 1024;
/** How long git may take to list them, and how many there may be, and how long all of them together. */
const LIST_MS = 60_000;
const MOST_FILES = 1_000_000;
const MOST_BYTES = 2 ** 38;
const TOO_MUCH = new Unclear("its last commit has too many files, or too large ones");
/** Names of branches that are tried. */
const MOST_NAMES = 100;

/** Makes it. Throws `no-repository`, `no-commit`, `no-git`. */
export async function makeWorktree(
  { from: path, to, number, signal }: WorkspaceRequest,
  from: Folder,
  writer: ForkWriter,
): Promise<MadeWorkspace> {
  if (!hasGit()) throw unusable("no-git", path, "git is not installed on this machine");
  try {
    using dir = await GitDir.open(await Deno.realPath(path));
    if (!dir) throw unusable("no-repository", path, "it is not the top of a git repository");
    const { commit } = dir.head();
    if (commit === undefined) throw unusable("no-commit", path, "its repository has no commit yet");
    if (dir.common.text("objects/info/alternates", CONFIG_BYTES) !== undefined) {
      throw unusable("no-repository", path, "its repository borrows objects of another one");
    }
    makeEmpty(to, from);
    const branch = await fill(dir, to, { commit, number, signal });
    if (Deno.uid() === 0) giveTree(to, from.self());
    using made = openFolder(to);
    writer.read(made, { content: true });
    return { how: "worktree", files: -1, bytes: -1, branch };
  } catch (error) {
    if (error instanceof Unclear) throw unusable("no-repository", path, error.message);
    throw error;
  }
}

async function fill(
  dir: GitDir,
  to: string,
  { commit, number, signal }: { commit: string; number: number; signal: AbortSignal | undefined },
): Promise<string> {
  const git = `${to}/.git`;
  await Deno.mkdir(git, { mode: 0o755 });
  const options = {
    // A link could lead git of this machine to other places.
    exclude: (path: string, kind: Kind) => kind === "symlink" || kind === "other" || path === "info",
    ...(signal ? { signal } : {}),
  };
  for (const name of ["objects", "refs"]) {
    using lent = dir.common.lend(name);
    if (!lent) throw new Unclear(`it has no ${name}`);
    await copyTree(lent.path, `${git}/${name}`, options);
  }
  for (const name of ["packed-refs", "shallow"]) {
    const text = dir.common.text(name, PACKED_REFS_BYTES);
    if (text !== undefined) await writeText(`${git}/${name}`, text);
  }
  const branch = freeBranch(dir, number);
  await Deno.mkdir(`${git}/refs/heads`, { recursive: true });
  await Deno.mkdir(`${git}/info`);
  await writeText(`${git}/refs/heads/${branch}`, `${commit}\n`);
  await writeText(`${git}/HEAD`, `ref: refs/heads/${branch}\n`);
  await writeText(`${git}/config`, configText(await settingsOf(dir)));
  await refuseBomb(to, commit);
  const { code, timedOut, stderr } = await runInOwn(to, ["reset", "--hard", "--quiet"], CHECKOUT_MS);
  if (timedOut) throw new Unclear("git took too long to write its files");
  if (code !== 0) throw new Unclear(stderr.split("\n")[0]!.replace(/^(fatal|error): /, "") || "git failed");
  return branch;
}

/**
 * A few objects can stand for more files than any disk has, and git keeps a list of all in memory before it writes the first. So they
 * are counted as git lists them, and it is ended where there are too many.
 */
async function refuseBomb(to: string, commit: string): Promise<void> {
  const enough = new AbortController();
  let [files, bytes, rest] = [0, 0, ""];
  const onOutput = (text: string) => {
    const lines = (rest + text).split("\0");
    rest = lines.pop()!;
    for (const line of lines) {
      files++;
      bytes += Number(/^\d+ blob \S+ +(\d+)\t/.exec(line)?.[1] ?? 0);
    }
    if (files > MOST_FILES || bytes > MOST_BYTES || rest.length > PACKED_REFS_BYTES) enough.abort(TOO_MUCH);
  };
  try {
    const words = ["ls-tree", "-r", "-l", "-z", commit];
    const { code, timedOut, stderr } = await runInOwn(to, words, LIST_MS, {
      onOutput,
      signal: enough.signal,
    });
    if (enough.signal.aborted || timedOut) throw TOO_MUCH;
    if (code !== 0) throw new Unclear(stderr.split("\n")[0]!.replace(/^(fatal|error): /, "") || "git failed");
  } catch (error) {
    throw enough.signal.aborted ? TOO_MUCH : error;
  }
}

async function settingsOf(dir: GitDir): Promise<Record<string, string>> {
  const config = await parseGitConfig(dir.common.text("config", CONFIG_BYTES) ?? "");
  if (!config) throw new Unclear("its configuration cannot be read");
  return Object.fromEntries(
    Object.entries(comparisonSettings(config)).filter(([key]) => !NOT_TAKEN.has(key)),
  );
}

function freeBranch(dir: GitDir, number: number): string {
  const packed = dir.common.text("packed-refs", PACKED_REFS_BYTES) ?? "";
  for (let count = 1; count <= MOST_NAMES; count++) {
    const name = `helper-${number}${count === 1 ? "" : `-${count}`}`;
    const ref = `refs/heads/${name}`;
    // A folder of that name is in the way, too.
    if (dir.common.kind(ref) === undefined && !packed.includes(` ${ref}\n`) && !packed.includes(` ${ref}/`)) {
      return name;
    }
  }
  throw new Unclear(`it has too many branches named helper-${number}`);
}

function unusable(code: string, path: string, why: string): KanibakoError {
  return new KanibakoError(code, `Cannot make a worktree of ${shellQuote(path)}: ${why}.`, {
    hint: "Give the helper a copy: --workspace copy",
  });
}
