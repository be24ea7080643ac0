/**
 * What of a folder's git data lies outside of the folder: the one look that whoever runs, copies, moves or archives it asks.
 *
 * Nothing is run. What a box may have bent is believed only where the other end says the same; of borrowed objects there is no other
 * end, so whoever shows them to a box asks for each folder (`confirmed.ts`).
 *
 * @module
 */

import { absolutePath, normalPath } from "../../host/path.ts";
import { isWithin } from "../layout.ts";
import { CONFIG_BYTES, GitDir, LINK_BYTES, linkIn, Unclear } from "./dir.ts";

/** A repository that is elsewhere, and whose this folder is a worktree or a submodule. */
export interface OutsideRepository {
  readonly form: "worktree" | "submodule";
  /** Its folder of git data: an absolute path, symlinks resolved. */
  readonly folder: string;
  /** Where git looks for it from the folder as it is seen. */
  readonly at: string;
  /** What of it is a worktree's own, relative to it. Of a submodule all is. */
  readonly record?: string;
}

/** A folder of objects that a repository reads beside its own. */
export interface Borrowed {
  /** An absolute path, symlinks resolved. */
  readonly folder: string;
  /** Where git looks for it. */
  readonly at: string;
  /** Whether it is named relative to what names it, so that a copy elsewhere looks elsewhere. */
  readonly relative: boolean;
}

/** What lies outside. */
export interface Outside {
  readonly repository?: OutsideRepository;
  readonly borrowed: readonly Borrowed[];
}

/** Another worktree of a repository. */
export interface Worktree {
  /** The name of its record, a folder in `worktrees`. */
  readonly name: string;
  /** Its folder, as the record names it: absolute. */
  readonly path: string;
  /** Whether the user has locked it, so that git forgets it nowhere. */
  readonly locked: boolean;
}

/** The most worktrees that are looked at. */
export const MAX_WORKTREES = 1000;
/** Objects can be borrowed of somebody who borrows them. */
const MAX_BORROWED = 8;

/**
 * Looks at a folder (absolute, symlinks resolved). `seenAt`: its path where git is used, as in a box. `undefined`: it has no git data,
 * or such as cannot be judged.
 */
export async function outsideOf(folder: string, seenAt: string = folder): Promise<Outside | undefined> {
  try {
    using dir = await GitDir.open(folder);
    return dir && await outside(dir, seenAt);
  } catch (error) {
    if (error instanceof Unclear) return undefined;
    throw error;
  }
}

/** As {@link outsideOf}, of data that is open. Throws {@link Unclear}. */
export async function outside(dir: GitDir, seenAt: string): Promise<Outside> {
  const repository = repositoryOf(dir, seenAt);
  const at = repository?.at ?? `${seenAt}/.git`;
  const folder = repository?.folder ?? dir.path;
  const found: Borrowed[] = [];
  await follow(dir, { folder: `${folder}/objects`, at: `${at}/objects` }, found);
  return { ...repository ? { repository } : {}, borrowed: found };
}

function repositoryOf(dir: GitDir, seenAt: string): OutsideRepository | undefined {
  if (dir.form === "repository" || dir.link === undefined) return undefined;
  const own = normalPath(absolutePath(dir.link, seenAt));
  if (dir.form === "submodule") {
    // One whose repository is around it is used from there.
    return isWithin(dir.path, dir.folder) ? undefined : { form: "submodule", folder: dir.path, at: own };
  }
  const record = dir.path.split("/").slice(-2).join("/");
  const depth = (path: string) => path.split("/").slice(0, -2).join("/");
  if (isWithin(dir.path, dir.folder)) return undefined;
  return { form: "worktree", folder: depth(dir.path), at: depth(own), record };
}

/** What the objects of a repository borrow from, and those from there. */
async function follow(
  dir: GitDir,
  objects: Pick<Borrowed, "folder" | "at">,
  found: Borrowed[],
): Promise<void> {
  const text = dir.common.text("objects/info/alternates", CONFIG_BYTES);
  let queue = named(text, objects);
  while (queue.length > 0 && found.length < MAX_BORROWED) {
    const next = queue.shift()!;
    const folder = await Deno.realPath(next.path).catch(() => undefined);
    if (folder === undefined || isWithin(folder, dir.folder) || found.some((one) => one.at === next.at)) {
      continue;
    }
    // What has another name is not git's, whatever a file says that a box can write.
    if (!folder.endsWith("/objects") || !await isFolderOfObjects(folder)) continue;
    found.push({ folder, at: next.at, relative: next.relative });
    const more = GitDir.readFile(folder, "info/alternates");
    queue = [...queue, ...named(more, { folder, at: next.at })];
  }
}

function named(text: string | undefined, { folder, at }: Pick<Borrowed, "folder" | "at">) {
  return (text ?? "").split("\n").filter((line) => line !== "" && !/^[#"]/.test(line)).slice(0, MAX_BORROWED)
    .map((line) => ({
      path: normalPath(absolutePath(line, folder)),
      at: normalPath(absolutePath(line, at)),
      relative: !line.startsWith("/"),
    }));
}

async function isFolderOfObjects(folder: string): Promise<boolean> {
  const info = await Deno.lstat(`${folder}/pack`).catch(() => undefined);
  return info?.isDirectory === true;
}

/**
 * The worktrees of a repository beside the folder that is open, as far as they are where their records say: what has gone is nobody's
 * loss. Throws {@link Unclear}.
 */
export async function otherWorktrees(dir: GitDir): Promise<readonly Worktree[]> {
  const { common } = dir;
  const base = dir.form === "worktree" ? dir.path.replace(/\/[^/]+$/, "") : `${dir.path}/worktrees`;
  const found: Worktree[] = [];
  for (const { name, kind } of common.list("worktrees", MAX_WORKTREES)) {
    if (kind !== "folder" || `${base}/${name}` === dir.path) continue;
    const path = worktreePath(common.text(`worktrees/${name}/gitdir`, LINK_BYTES));
    if (path === undefined || !await leadsTo(path, `${base}/${name}`)) continue;
    found.push({ name, path, locked: common.kind(`worktrees/${name}/locked`) !== undefined });
  }
  return found;
}

/** The folder that a record names; `undefined` where it does so in a way that git itself does not write. */
export function worktreePath(text: string | undefined): string | undefined {
  const path = text?.trim();
  // deno-lint-ignore no-control-regex
  if (path === undefined || !/^\/.*\/\.git$/.test(path) || /[\u0000-\u001f\u007f]/.test(path)) {
    return undefined;
  }
  const folder = path.slice(0, -"/.git".length);
  return normalPath(folder) === folder ? folder : undefined;
}

/** Whether the file `.git` of that folder leads to the record. */
async function leadsTo(folder: string, record: string): Promise<boolean> {
  try {
    const link = linkIn(GitDir.readFile(folder, ".git") ?? "");
    if (link === undefined) return false;
    return await Deno.realPath(absolutePath(link, folder)) === record;
  } catch {
    // Gone, another user's, or something that git would not read either.
    return false;
  }
}
