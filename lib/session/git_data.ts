/**
 * What a box gets of git data outside of its project: see `lib/plan/parts/git.ts`, and `lib/project/git/outside.ts` for the look.
 *
 * @module
 */

import { shellQuote } from "../host/ui/text.ts";
import type { GitData } from "../plan/parts/part.ts";
import { confirmedFolders } from "../project/git/confirmed.ts";
import { parseGitConfig } from "../project/git/run.ts";
import { CONFIG_BYTES, GitDir, Unclear } from "../project/git/dir.ts";
import {
  otherWorktrees,
  type Outside,
  outside,
  type OutsideRepository,
  worktreePath,
} from "../project/git/outside.ts";
import { isWithin, SYSTEM_FOLDERS } from "../project/layout.ts";
import { BOX_HOME, BOX_RUN } from "../spec/box_paths.ts";
import type { Session } from "./gather.ts";
import { gitConfigText } from "./surroundings.ts";

/** What it comes to. */
export interface GitAccess {
  /** For the plan; absent where nothing is to be mounted. */
  readonly git?: GitData;
  /** Folders that the user has agreed to with this start. */
  readonly confirm: readonly string[];
  /** One sentence each. */
  readonly warnings: readonly string[];
}

/** The most worktrees whose records are protected one by one. */
const MOST_WORKTREES = 64;
/** What commits, branches and tags are made of. */
const WRITTEN = ["objects", "refs", "logs"];
/** What in these has git read something else. */
const KEPT_OF_WRITTEN = ["objects/info"];
/** What of a worktree's own record says where its repository is, and how git works there. */
const KEPT_OF_RECORD = ["commondir", "gitdir", "config.worktree"];
/** The same of a whole repository, which a submodule's data is. */
const KEPT_OF_REPOSITORY = ["hooks", "info", "objects/info", "config.worktree", "modules", "worktrees"];
/** Places that belong to the box or to the system in it. */
const NOT_THERE = [...SYSTEM_FOLDERS, "/usr", BOX_HOME, BOX_RUN];

/**
 * Looks, and decides. Creates nothing. Nothing for a folder whose git data cannot be judged: git in the box meets the same. `place`:
 * where the workspace is in the box. `run`: the run's own folder.
 */
export async function gitData(session: Session, place: string, run: string): Promise<GitAccess> {
  const { project } = session;
  try {
    using dir = await GitDir.open(project.path);
    if (!dir) return { confirm: [], warnings: [] };
    return await decide(session, dir, await outside(dir, place), { place, run });
  } catch (error) {
    if (error instanceof Unclear) return { confirm: [], warnings: [] };
    throw error;
  }
}

/** The folders that are not in the project. */
export function foldersOf({ repository, borrowed }: Outside): readonly string[] {
  const all = [...repository ? [repository.folder] : [], ...borrowed.map(({ folder }) => folder)];
  return all.filter((folder, at) => !all.some((other, index) => index < at && isWithin(folder, other)));
}

async function decide(
  session: Session,
  dir: GitDir,
  found: Outside,
  { place, run }: { readonly place: string; readonly run: string },
): Promise<GitAccess> {
  const { settings: { gitAccess }, foreign } = session;
  const { worktrees, kept } = await toKeep(dir, found, place);
  const stubs = worktrees.length + kept.length > 0
    ? { git: { repositories: [], objects: [], worktrees, kept, from: gitAccess.from } }
    : {};
  const folders = foldersOf(found);
  if (gitAccess.value === "none" || folders.length === 0 || foreign) {
    // A worktree's own repository is not there: git in the box does not get to its records.
    return { ...found.repository ? {} : stubs, confirm: [], warnings: [] };
  }
  const known = await confirmedFolders(session.project.state);
  const strange = folders.filter((folder) => !known?.includes(folder));
  const agreed = gitAccess.level === "flag" || (gitAccess.level === "box" && known === undefined);
  if (strange.length > 0 && !agreed) {
    return { ...found.repository ? {} : stubs, confirm: [], warnings: [notAgreed(strange, gitAccess.value)] };
  }
  const { repository, why } = found.repository
    ? await repositoryFor(dir, found.repository, { write: gitAccess.value === "write", place, run })
    : {};
  return {
    git: {
      repositories: repository ? [repository] : [],
      objects: found.borrowed.map(({ folder, at }) => ({ folder, at })),
      worktrees,
      kept,
      from: gitAccess.from,
    },
    confirm: strange,
    warnings: why === undefined ? [] : [why],
  };
}

function notAgreed(folders: readonly string[], access: string): string {
  return `The git data in ${
    folders.map(shellQuote).join(", ")
  } is not shown to the box: nobody agreed to that ` +
    `for this project. To agree: kanibako start --git-access ${access}`;
}

/**
 * Worktrees that git in the box is to find, so that it forgets none, and the data that boxes of others may be shown. A worktree in the
 * box's own places is left to git.
 */
async function toKeep(
  dir: GitDir,
  { repository }: Outside,
  place: string,
): Promise<Pick<GitData, "worktrees" | "kept">> {
  const others = await otherWorktrees(dir);
  const own = repository?.record === undefined
    ? undefined
    : worktreePath(dir.own.text("gitdir", CONFIG_BYTES));
  const seen = others.filter(({ locked }) => !locked).map(({ path }) => path);
  const worktrees = [...own === undefined ? [] : [own], ...seen].slice(0, MOST_WORKTREES)
    .filter((path) => ![...NOT_THERE, place].some((taken) => isWithin(path, taken)));
  const beside = others.filter(({ path }) => !isWithin(path, dir.folder)).slice(0, MOST_WORKTREES);
  if (dir.form !== "repository" || beside.length === 0) return { worktrees, kept: [] };
  const data = ["", ...WRITTEN, "worktrees", ...beside.map(({ name }) => `worktrees/${name}`)];
  const kept = present(dir.path, data).map((path) => path === "" ? ".git" : `.git/${path}`);
  return { worktrees, kept };
}

type Repository = GitData["repositories"][number];

async function repositoryFor(
  dir: GitDir,
  { form, folder, at, record }: OutsideRepository,
  { write, place, run }: { readonly write: boolean; readonly place: string; readonly run: string },
): Promise<{ repository: Repository; why?: string }> {
  const config = configFor(dir, form, place);
  const shown = { folder, at, ...config };
  const only: Repository = { ...shown, writable: [], kept: [] };
  if (!write) return { repository: only };
  if (form === "submodule") {
    return { repository: { ...shown, writable: [""], kept: present(folder, KEPT_OF_REPOSITORY) } };
  }
  if (await hasOwnConfigs(dir) && present(folder, [`${record}/config.worktree`]).length === 0) {
    return {
      repository: only,
      why:
        `Git data in ${shellQuote(folder)} can only be read in the box: extensions.worktreeConfig is set ` +
        "there, and this worktree has no configuration of its own that could be kept from being written.",
    };
  }
  const writable = present(folder, [...WRITTEN, record!]);
  const kept = present(folder, [...KEPT_OF_WRITTEN, ...KEPT_OF_RECORD.map((name) => `${record}/${name}`)]);
  return { repository: { ...shown, writable, kept, front: { folder: `${run}/git`, record: record! } } };
}

/** Those that are there, and no links: a box that works on that repository may have made some. */
function present(folder: string, paths: readonly string[]): readonly string[] {
  return paths.filter((path) => leadsToItself(path === "" ? folder : `${folder}/${path}`));
}

function leadsToItself(path: string): boolean {
  try {
    return Deno.realPathSync(path) === path;
  } catch {
    return false;
  }
}

async function hasOwnConfigs(dir: GitDir): Promise<boolean> {
  const config = await parseGitConfig(dir.common.text("config", CONFIG_BYTES) ?? "") ?? [];
  return config.some(([key, value]) =>
    key === "extensions.worktreeconfig" && !/^(false|no|off|0)$/i.test(value)
  );
}

/** A submodule's data names the folder it belongs to, which is another one in the box. */
function configFor(
  dir: GitDir,
  form: OutsideRepository["form"],
  place: string,
): { readonly config?: string } {
  if (form === "worktree") return {};
  const text = dir.common.text("config", CONFIG_BYTES) ?? "";
  return { config: `${text}\n${gitConfigText([["core.worktree", place]])}` };
}
