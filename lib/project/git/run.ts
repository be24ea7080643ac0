/**
 * Git as a calculator: it reads objects and an index, and nothing a repository says can make it run a program.
 *
 * What makes git dangerous in a folder that a box can write is the repository's own configuration: hooks, filters,
 * monitors, pagers, transports. So git is never pointed at the repository. It gets a repository of ours, empty but for a
 * configuration we wrote, and borrows the other's objects and index by handle.
 *
 * @module
 */

import { findExecutable, type ProcessResult, run } from "../../host/process.ts";
import { writeText } from "../../host/store.ts";

/** What git borrows. */
export interface Borrowed {
  /** The folder that holds the files. */
  readonly workTree: string;
  /** The folder of objects. */
  readonly objects: string;
  /** The index; `undefined`: an empty one. */
  readonly index: string | undefined;
}

/** What our own repository is made of. */
export interface OwnRepository {
  /** The content of `HEAD`: a commit, or `ref: refs/heads/NAME` of a branch without any. */
  readonly head: string;
  /** Settings that say how files are compared; see `git_config.ts`. */
  readonly settings: Readonly<Record<string, string>>;
  /** Commits whose parents were not fetched, one a line. */
  readonly shallow: string | undefined;
  /** Patterns of files to pass over, beside those in the work tree. */
  readonly exclude: string | undefined;
}

/** The longest a call may take that has no deadline: it reads a text of ours. */
const TIMEOUT_MS = 10_000;
/** The same for the user's own configuration: a file of it may be where a box has put a pipe. */
const USERS_MS = 3000;
/** The most memory git may ask for at once, so that a size that is a lie ends the call. */
const ALLOCATION_BYTES = 512 * 1024 * 1024;

/** Overrides of what a default could still bring. */
const OVERRIDES = [
  "safe.bareRepository=explicit",
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.untrackedCache=false",
  "core.attributesFile=/dev/null",
  "protocol.allow=never",
  "submodule.recurse=false",
  "gc.auto=0",
].flatMap((setting) => ["-c", setting]);

const ENVIRONMENT: Readonly<Record<string, string>> = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ASKPASS: "/bin/false",
  GIT_SSH_COMMAND: "/bin/false",
  GIT_EDITOR: "/bin/false",
  GIT_PAGER: "cat",
  GIT_ALLOW_PROTOCOL: "none",
  GIT_NO_LAZY_FETCH: "1",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_ALLOC_LIMIT: String(ALLOCATION_BYTES),
  GIT_FLUSH: "0",
  LC_ALL: "C",
};

/** Git by its path: a program that is only named is started in a slower way. */
function git(): string {
  return findExecutable("git") ?? "git";
}

/** Whether git is installed here. */
export function hasGit(): boolean {
  return findExecutable("git") !== undefined;
}

/** The entries of a text in git's configuration format; `undefined` when it is none. Includes are not followed. */
export async function parseGitConfig(
  text: string,
): Promise<(readonly [key: string, value: string])[] | undefined> {
  const result = await call(["config", "--file", "-", "--no-includes", "--list", "--null"], { input: text });
  return result.code === 0 ? entriesOf(result.stdout) : undefined;
}

/** An entry, and the file it is in. */
export type UsersEntry = readonly [key: string, value: string, file: string];

/**
 * The entries of the user's own configuration and the system's, or of one file, with what they include. No repository is looked at, and
 * what a condition includes is left out. `undefined` when git cannot read it; `slow` when it does not come to an end.
 */
export async function listUsersConfig(
  { home, configHome }: { readonly home: string; readonly configHome: string },
  file?: string,
): Promise<UsersEntry[] | undefined | "slow"> {
  const from = file === undefined ? [] : ["--file", file];
  const { code, stdout, timedOut } = await run([
    git(),
    "config",
    ...from,
    "--includes",
    "--show-origin",
    "--list",
    "--null",
  ], {
    cwd: "/",
    // No such repository, so that none is looked for.
    env: {
      GIT_DIR: "/dev/null",
      GIT_CONFIG_GLOBAL: Deno.env.get("GIT_CONFIG_GLOBAL"),
      HOME: home,
      XDG_CONFIG_HOME: configHome,
      LC_ALL: "C",
    },
    timeoutMs: USERS_MS,
    maxOutputBytes: 1024 * 1024,
  });
  if (timedOut) return "slow";
  if (code !== 0) return undefined;
  const fields = stdout.split("\0");
  return fields.flatMap((entry, at) =>
    at % 2 === 0 ? [] : [[...entryOf(entry), fields[at - 1]!.replace(/^file:/, "")] as const]
  );
}

function entriesOf(output: string): (readonly [key: string, value: string])[] {
  return output.split("\0").filter((entry) => entry !== "").map(entryOf);
}

function entryOf(entry: string): readonly [key: string, value: string] {
  const end = entry.indexOf("\n");
  return end < 0 ? [entry, "true"] : [entry.slice(0, end), entry.slice(end + 1)];
}

/** Git with a repository of ours and borrowed content. Disposing removes what was made. */
export class BorrowingGit implements AsyncDisposable {
  private constructor(readonly folder: string, readonly borrowed: Borrowed, readonly untilMs: number) {}

  /** Makes the repository. `untilMs`: when its calls are given up, in milliseconds since 1970. */
  static async open(own: OwnRepository, borrowed: Borrowed, untilMs: number): Promise<BorrowingGit> {
    const folder = await Deno.makeTempDir({ prefix: "kanibako-git-" });
    const git = new BorrowingGit(folder, borrowed, untilMs);
    try {
      for (const name of ["objects", "refs", "info"]) await Deno.mkdir(`${folder}/${name}`, { mode: 0o700 });
      await writeText(`${folder}/HEAD`, `${own.head}\n`);
      await writeText(`${folder}/config`, configText(own.settings));
      if (own.shallow !== undefined) await writeText(`${folder}/shallow`, own.shallow);
      if (own.exclude !== undefined) await writeText(`${folder}/info/exclude`, own.exclude);
      return git;
    } catch (error) {
      await git[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Runs a command that reads. `onOutput` sees its output as it comes; only the ends of a long one are kept. */
  async run(words: readonly string[], onOutput?: (text: string) => void): Promise<ProcessResult> {
    return await call(words, {
      cwd: this.folder,
      env: {
        GIT_DIR: this.folder,
        GIT_WORK_TREE: this.borrowed.workTree,
        GIT_OBJECT_DIRECTORY: this.borrowed.objects,
        GIT_INDEX_FILE: this.borrowed.index ?? `${this.folder}/index`,
      },
      timeoutMs: Math.max(1, this.untilMs - Date.now()),
      ...(onOutput ? { onOutput } : {}),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true }).catch(() => {});
  }
}

/**
 * Runs git on a repository of ours that is to be somebody else's later: all that is in it was written by us, but for objects and
 * references, which are data.
 */
export async function runInOwn(
  folder: string,
  words: readonly string[],
  timeoutMs: number,
  watch: { readonly onOutput?: (text: string) => void; readonly signal?: AbortSignal } = {},
): Promise<ProcessResult> {
  return await call(words, {
    cwd: folder,
    env: { GIT_DIR: `${folder}/.git`, GIT_WORK_TREE: folder },
    timeoutMs,
    ...watch,
  });
}

async function call(
  words: readonly string[],
  options: {
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly input?: string;
    readonly onOutput?: (text: string) => void;
    readonly signal?: AbortSignal;
    readonly timeoutMs?: number;
  },
): Promise<ProcessResult> {
  const { env, onOutput, timeoutMs = TIMEOUT_MS, ...rest } = options;
  return await run([git(), "--no-pager", ...OVERRIDES, ...words], {
    ...rest,
    env: { ...ENVIRONMENT, ...env },
    timeoutMs,
    // What is counted as it comes needs no keeping.
    maxOutputBytes: onOutput ? 64 * 1024 : 4 * 1024 * 1024,
    ...(onOutput
      ? { onOutput: (text: string, stream: "stdout" | "stderr") => stream === "stdout" && onOutput(text) }
      : {}),
  });
}

/** The configuration of a repository of ours. */
export function configText(settings: Readonly<Record<string, string>>): string {
  const format = Object.keys(settings).some((key) => key.startsWith("extensions.")) ? 1 : 0;
  const lines = ["[core]", `\trepositoryformatversion = ${format}`, "\tbare = false"];
  for (const [key, value] of Object.entries(settings)) {
    const dot = key.indexOf(".");
    lines.push(`[${key.slice(0, dot)}]`, `\t${key.slice(dot + 1)} = ${value}`);
  }
  return `${lines.join("\n")}\n`;
}
