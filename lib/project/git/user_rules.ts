/**
 * The rules of git that are the user's own and harm nobody: who commits, what is passed over, how lines end. A box gets them as a copy
 * that we write. What runs programs, names files of this machine or unlocks something stays here.
 *
 * @module
 */

import { absolutePath, isFile } from "../../host/path.ts";
import { debug } from "../../host/log.ts";
import { hasGit, listUsersConfig } from "./run.ts";
import { matchesPath } from "./path_pattern.ts";

/** What is taken over. None of them can name a program. */
const TAKEN: readonly RegExp[] = [
  /^(user|author|committer)\.(name|email)$/,
  /^user\.useconfigonly$/,
  /^init\.defaultbranch$/,
  /^core\.(autocrlf|eol|safecrlf|quotepath|abbrev)$/,
  /^push\.(default|autosetupremote|followtags)$/,
  /^pull\.(rebase|ff)$/,
  /^fetch\.prune(tags)?$/,
  /^merge\.(conflictstyle|ff)$/,
  /^rebase\.(autostash|autosquash|updaterefs)$/,
  /^rerere\.(enabled|autoupdate)$/,
  /^diff\.(algorithm|renames|colormoved|mnemonicprefix)$/,
  /^(branch|tag)\.sort$/,
  /^branch\.autosetup(merge|rebase)$/,
  /^commit\.(verbose|cleanup)$/,
  /^log\.date$/,
  /^column\.ui$/,
  /^help\.autocorrect$/,
];

/** The most that a list of files to pass over may have; the rest is left out. */
const IGNORE_BYTES = 256 * 1024;
/** Files that include others that include others: git has a bound, too. */
const MAX_DEPTH = 10;

/** Whose rules, and for which repository. */
export interface UserRulesRequest {
  readonly home: string;
  /** The repository's own folder of git data; conditions of the user's configuration are about it. */
  readonly gitFolder: string;
  /** `$XDG_CONFIG_HOME`. */
  readonly configHome: string;
}

/** A copy of the user's rules. */
export interface UserRules {
  /** Keys and values, in the order in which git reads them. */
  readonly entries: readonly (readonly [key: string, value: string])[];
  /** Patterns of files that the user never commits, in any repository. */
  readonly ignore: string | undefined;
}

/** The rules of this user. Runs git over the user's own files alone, never in a repository. */
export async function userRules(request: UserRulesRequest): Promise<UserRules> {
  const config = hasGit() ? await withConditions(request, await listUsersConfig(request) ?? [], 0) : [];
  const entries = config.filter(([key]) => TAKEN.some((taken) => taken.test(key)));
  return { entries, ignore: await ignored(request, config) };
}

type Entries = readonly (readonly [key: string, value: string])[];

/** Puts in what is included on conditions: without a repository git leaves them open. */
async function withConditions(request: UserRulesRequest, entries: Entries, depth: number): Promise<Entries> {
  if (!entries.some(([key]) => key.startsWith("includeif."))) return entries;
  const all: (readonly [string, string])[] = [];
  for (const entry of entries) {
    all.push(entry);
    const [key, value] = entry;
    const condition = /^includeif\.(gitdir(?:\/i)?):(.*)\.path$/s.exec(key);
    if (!condition || depth === MAX_DEPTH) continue;
    const [, kind, pattern] = condition;
    if (!isAbout(request, pattern!, kind === "gitdir/i")) continue;
    const path = placeOf(request, value);
    const included = await listUsersConfig(request, path);
    if (included) all.push(...await withConditions(request, included, depth + 1));
  }
  return all;
}

/** As git reads it: `~/` is the home, a folder stands for all in it, and what is not absolute may be anywhere. */
function isAbout({ home, gitFolder }: UserRulesRequest, pattern: string, anyCase: boolean): boolean {
  let full = pattern.startsWith("~/") ? `${home}/${pattern.slice(2)}` : pattern;
  // One that is relative to the file it is in is not known here.
  if (full.startsWith("./")) return false;
  if (!full.startsWith("/")) full = `**/${full}`;
  if (full.endsWith("/")) full = `${full}**`;
  return matchesPath(full, gitFolder, anyCase);
}

function placeOf({ home, configHome }: UserRulesRequest, path: string): string {
  if (path.startsWith("~/")) return `${home}/${path.slice(2)}`;
  if (path.startsWith("/")) return path;
  // Relative to the file that includes it.
  return absolutePath(path, isFile(`${home}/.gitconfig`) ? home : `${configHome}/git`);
}

async function ignored(request: UserRulesRequest, config: Entries): Promise<string | undefined> {
  const named = config.findLast(([key]) => key === "core.excludesfile")?.[1];
  const path = named === undefined ? `${request.configHome}/git/ignore` : placeOf(request, named);
  try {
    using file = path === "" ? undefined : await openRegular(path);
    if (!file) return undefined;
    const buffer = new Uint8Array(IGNORE_BYTES);
    const text = new TextDecoder().decode(buffer.subarray(0, await file.read(buffer) ?? 0));
    return text === "" ? undefined : text;
  } catch (error) {
    debug(() => `git's list of files to pass over: ${error}`);
    return undefined;
  }
}

/** A FIFO in its place would be waited for. */
async function openRegular(path: string): Promise<Deno.FsFile | undefined> {
  return (await Deno.stat(path)).isFile ? await Deno.open(path) : undefined;
}
