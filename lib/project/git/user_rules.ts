/**
 * The rules of git that are the user's own and harm nobody: who commits, what is passed over, how lines end. A box gets them as a copy
 * that we write. What runs programs, names files of this machine or unlocks something stays here.
 *
 * A file of theirs may lie in a folder that a box can write, as with dotfiles that are a project. What it says counts, but for what has
 * another file read: that could be any of the user's.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { absolutePath, isFile } from "../../host/path.ts";
import { debug } from "../../host/log.ts";
import { type FoundPlace, goCarefully } from "../../host/tree/careful_way.ts";
import { quotePath } from "../../host/ui/quote_path.ts";
import { hasGit, listUsersConfig, type UsersEntry } from "./run.ts";
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
  /** The folders that boxes can write. Reads every project, so it is asked only where a file is not at its usual place. */
  boxFolders(): Promise<{ canWrite(folder: string): boolean }>;
}

/** A copy of the user's rules. */
export interface UserRules {
  /** Keys and values, in the order in which git reads them. */
  readonly entries: readonly (readonly [key: string, value: string])[];
  /** Patterns of files that the user never commits, in any repository. */
  readonly ignore: string | undefined;
  /** What was left out of them and should be known; a sentence. */
  readonly warning?: string;
}

/** The rules of this user. Runs git over the user's own files alone, never in a repository. */
export async function userRules(request: UserRulesRequest): Promise<UserRules> {
  const own = new OwnFiles(request);
  const listed = hasGit() ? await listUsersConfig(request) : undefined;
  if (listed === "slow") {
    return {
      entries: [],
      ignore: undefined,
      warning: "Your rules of git do not reach the box: git does not come to the end of your configuration",
    };
  }
  const config = await withConditions(request, own, listed ?? [], 0);
  const entries = config.flatMap(([key, value]) =>
    TAKEN.some((taken) => taken.test(key)) ? [[key, value] as const] : []
  );
  const ignore = await ignored(request, own, config);
  const [foreign] = own.foreign;
  return {
    entries,
    ignore,
    ...(foreign === undefined ? {} : {
      warning: `What ${quotePath(foreign)} says of files that git passes over does not reach the box: ` +
        "a box could have written it",
    }),
  };
}

/** Tells files that are the user's alone from those that a box could have written. */
class OwnFiles {
  readonly #request: UserRulesRequest;
  readonly #known = new Map<string, boolean>();
  readonly #usual: readonly string[];
  /** Those that a box could have written. */
  readonly foreign = new Set<string>();

  constructor(request: UserRulesRequest) {
    const { home, configHome } = request;
    this.#request = request;
    this.#usual = [`${home}/.gitconfig`, `${configHome}/git/config`, `${configHome}/git/ignore`];
  }

  /** Whether it is one. */
  async has(path: string): Promise<boolean> {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const found = await this.find(path);
    found?.folder[Symbol.dispose]();
    this.#known.set(path, found !== undefined);
    return found !== undefined;
  }

  /** Its place, by handle; whoever asks closes it. `undefined`: there is none, or it is not one. */
  async find(path: string): Promise<FoundPlace | undefined> {
    const { home, boxFolders } = this.#request;
    const isInHome = path.startsWith(`${home}/`);
    try {
      const found = await goCarefully({
        from: isInHome ? await Deno.realPath(home) : "/",
        path: path.slice(isInHome ? home.length + 1 : 1),
        make: false,
        mayFollow: async (folder) => !(await boxFolders()).canWrite(folder),
      });
      if (!found) return undefined;
      const isUsual = isInHome && !found.linked && this.#usual.includes(path);
      if (isUsual || !(await boxFolders()).canWrite(found.folder.shown)) return found;
      found.folder[Symbol.dispose]();
      this.foreign.add(path);
    } catch (error) {
      if (!(error instanceof KanibakoError)) throw error;
      debug(() => error.message);
      if (error.code === "unsafe-link") this.foreign.add(path);
    }
    return undefined;
  }
}

type Entries = readonly UsersEntry[];

/** Puts in what is included on conditions: without a repository git leaves them open. */
async function withConditions(
  request: UserRulesRequest,
  own: OwnFiles,
  entries: Entries,
  depth: number,
): Promise<Entries> {
  if (!entries.some(([key]) => key.startsWith("includeif."))) return entries;
  const all: UsersEntry[] = [];
  for (const entry of entries) {
    all.push(entry);
    const [key, value, file] = entry;
    const condition = /^includeif\.(gitdir(?:\/i)?):(.*)\.path$/s.exec(key);
    if (!condition || depth === MAX_DEPTH) continue;
    const [, kind, pattern] = condition;
    if (!await own.has(file) || !isAbout(request, pattern!, kind === "gitdir/i")) continue;
    const path = placeOf(request, value);
    const included = await listUsersConfig(request, path);
    if (Array.isArray(included)) all.push(...await withConditions(request, own, included, depth + 1));
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

async function ignored(
  request: UserRulesRequest,
  own: OwnFiles,
  config: Entries,
): Promise<string | undefined> {
  let named: string | undefined;
  for (const [key, value, file] of config) {
    if (key === "core.excludesfile" && await own.has(file)) named = value;
  }
  const path = named === undefined ? `${request.configHome}/git/ignore` : placeOf(request, named);
  const found = path === "" ? undefined : await own.find(path);
  if (!found) return undefined;
  using folder = found.folder;
  try {
    // A FIFO in its place would be waited for.
    if (folder.info(found.name)?.kind !== "file") return undefined;
    using file = await Deno.open(`${folder.path}/${found.name}`);
    const buffer = new Uint8Array(IGNORE_BYTES);
    const text = new TextDecoder().decode(buffer.subarray(0, await file.read(buffer) ?? 0));
    return text === "" ? undefined : text;
  } catch (error) {
    debug(() => `git's list of files to pass over: ${error}`);
    return undefined;
  }
}
