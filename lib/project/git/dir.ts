/**
 * Where the git data of a folder is, and its references: read by handle, as text, never by git.
 *
 * @module
 */

import { absolutePath, normalPath } from "../../host/path.ts";
import { KanibakoError } from "../../host/error.ts";
import { openTree, type Tree, type TreeEntry } from "../../host/tree/tree.ts";

/** How a folder comes to be a repository. */
export type GitForm = "repository" | "worktree" | "submodule";

/** The most a file may have that says where something else is. */
export const LINK_BYTES: number = 16 * 1024;
/** The most a configuration may have. */
export const CONFIG_BYTES: number = 1024 * 1024;
const PACKED_REFS_BYTES = 64 * 1024 * 1024;
const MAX_SYMBOLIC = 5;
const COMMIT = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** Git data that cannot be used, and why: to be reported, not to be thrown at the user. */
export class Unclear extends Error {}

/** The git data of one folder. */
export class GitDir implements Disposable {
  private constructor(
    readonly form: GitForm,
    readonly folder: string,
    /** Where `own` is: an absolute path, symlinks resolved. */
    readonly path: string,
    /** A tree and the place in it: what is this folder's own (its head, its index). */
    readonly own: Place,
    /** What all worktrees of a repository share (objects, references, configuration). */
    readonly common: Place,
    /** What the file `.git` names, as it stands there; `undefined` of a repository whose data is a folder in it. */
    readonly link?: string,
  ) {}

  /**
   * Opens it. `undefined`: the folder is no repository of its own. Throws {@link Unclear} when what is there leads
   * somewhere that does not lead back: a box could have pointed it at any repository of the user's.
   */
  static async open(folder: string): Promise<GitDir | undefined> {
    const work = openTree(folder);
    try {
      const kind = work.kind(".git");
      if (kind === "folder") {
        const place = new Place(work, ".git/");
        // A folder of that name that is nothing to git is nothing to us.
        if (place.kind("HEAD") === undefined) return closed(work);
        return new GitDir("repository", folder, `${folder}/.git`, place, place);
      }
      if (kind === undefined) return closed(work);
      if (kind !== "file") {
        throw new Unclear(`its .git is ${kind === "symlink" ? "a link" : "neither file nor folder"}`);
      }
      const link = linkIn(textOf(work.readFile(".git", LINK_BYTES)) ?? "");
      if (link === undefined) throw new Unclear("its .git is a file that git does not write");
      work[Symbol.dispose]();
      return await linked(folder, link);
    } catch (error) {
      work[Symbol.dispose]();
      throw asUnclear(error);
    }
  }

  /** The text of a file of the work tree. */
  static readFile(folder: string, path: string): string | undefined {
    using tree = openTree(folder);
    return new Place(tree, "").text(path, CONFIG_BYTES);
  }

  /** The folders at the top of the work tree, at most so many names looked at; those of git's data aside. */
  static folders(folder: string, limit: number): readonly string[] {
    using tree = openTree(folder);
    const found = guarded(() => tree.list("", limit))?.entries ?? [];
    return found.flatMap(({ name, kind }) => kind === "folder" && name !== ".git" ? [name] : []);
  }

  /** For the makers below. */
  static of(
    form: GitForm,
    folder: string,
    path: string,
    own: Place,
    common: Place,
    link: string,
  ): GitDir {
    return new GitDir(form, folder, path, own, common, link);
  }

  /** The branch (`undefined`: none is checked out) and the commit (`undefined`: there is none yet). */
  head(): { readonly branch: string | undefined; readonly commit: string | undefined } {
    const head = this.own.text("HEAD", LINK_BYTES)?.trim() ?? "";
    if (COMMIT.test(head)) return { branch: undefined, commit: head };
    const ref = /^ref: (refs\/\S+)$/.exec(head)?.[1];
    if (ref === undefined) throw new Unclear("its HEAD says nothing that is known");
    if (ref === "refs/heads/.invalid") {
      throw new Unclear("its references are kept in a form that is not read here");
    }
    return { branch: ref.replace(/^refs\/heads\//, ""), commit: this.resolve(ref) };
  }

  /** The commit a reference stands for. */
  resolve(ref: string): string | undefined {
    let at = ref;
    for (let hop = 0; hop < MAX_SYMBOLIC; hop++) {
      if (!isRefName(at)) throw new Unclear("it has a reference with a name git does not allow");
      const text = this.common.text(at, LINK_BYTES)?.trim();
      if (text === undefined) return this.#packed(at);
      if (COMMIT.test(text)) return text;
      const next = /^ref: (refs\/\S+)$/.exec(text)?.[1];
      if (next === undefined) throw new Unclear(`its reference ${at} says nothing that is known`);
      at = next;
    }
    throw new Unclear("its references go round in a circle");
  }

  #packed(ref: string): string | undefined {
    const packed = this.common.text("packed-refs", PACKED_REFS_BYTES);
    if (packed === undefined) return undefined;
    const end = packed.startsWith(`${ref}\n`) ? -1 : packed.indexOf(` ${ref}\n`);
    if (end < 0) return undefined;
    const commit = packed.slice(packed.lastIndexOf("\n", end) + 1, end);
    return COMMIT.test(commit) ? commit : undefined;
  }

  /** Closes the handles. */
  [Symbol.dispose](): void {
    this.own.tree[Symbol.dispose]();
    if (this.common.tree !== this.own.tree) this.common.tree[Symbol.dispose]();
  }
}

/** A folder below a tree. */
export class Place {
  constructor(readonly tree: Tree, readonly prefix: string) {}

  /** What is there. */
  kind(path: string): ReturnType<Tree["kind"]> {
    return guarded(() => this.tree.kind(this.prefix + path));
  }

  /** The text of a file; `undefined` when there is none. */
  text(path: string, maxBytes: number): string | undefined {
    return guarded(() => textOf(this.tree.readFile(this.prefix + path, maxBytes)));
  }

  /** What is in a folder, at most so many names; nothing where there is none. */
  list(path: string, limit: number): readonly TreeEntry[] {
    return guarded(() => this.tree.list(this.prefix + path, limit))?.entries ?? [];
  }

  /** A file or folder for a child process. */
  lend(path: string): ReturnType<Tree["lend"]> {
    return guarded(() => this.tree.lend(this.prefix + path));
  }
}

/** A folder whose `.git` is a file: a worktree or a submodule, when the other end says so too. */
async function linked(folder: string, link: string): Promise<GitDir> {
  const gitDir = resolve(folder, link);
  const real = await realOf(gitDir);
  if (real === undefined) throw new Unclear(`its git data is gone: ${gitDir}`);
  const tree = openTree(real);
  try {
    const own = new Place(tree, "");
    const back = own.text("gitdir", LINK_BYTES)?.trim();
    const main = /^(.*)\/worktrees\/[^/]+$/s.exec(real)?.[1];
    if (back !== undefined && main !== undefined) {
      const common = own.text("commondir", LINK_BYTES)?.trim();
      const leadsBack = await realOf(resolve(real, back)) === `${folder}/.git`;
      if (common === undefined || resolve(real, common) !== main || !leadsBack) throw elsewhere(real);
      return GitDir.of("worktree", folder, real, own, new Place(openTree(main), ""), link);
    }
    // A submodule's data names its folder in its configuration.
    const config = own.text("config", CONFIG_BYTES) ?? "";
    const names = config.split("\n").flatMap((line) => worktreeIn(line) ?? []);
    if (names.length !== 1 || await realOf(resolve(real, names[0]!)) !== folder) throw elsewhere(real);
    return GitDir.of("submodule", folder, real, own, own, link);
  } catch (error) {
    tree[Symbol.dispose]();
    throw error;
  }
}

/** Where a file `.git` leads, as it stands there; `undefined` where git did not write it. */
export function linkIn(text: string): string | undefined {
  return /^gitdir: ([^\0\n]+)\n?$/.exec(text)?.[1];
}

/** The folder that a line of a configuration names. In steps that each go through the line once: a box may have made it long. */
function worktreeIn(line: string): string | undefined {
  const value = /^[ \t]*worktree[ \t]*=(.*)$/is.exec(line)?.[1]?.trim();
  const name = value === undefined ? undefined : /^"?([^"]+)"?$/.exec(value)?.[1];
  return name?.trim();
}

function elsewhere(path: string): Unclear {
  return new Unclear(`its .git leads to ${path}, which does not lead back`);
}

function closed(tree: Tree): undefined {
  tree[Symbol.dispose]();
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw asUnclear(error);
  }
}

/** What a hostile tree makes of a reading is a fact about the tree, not a failure of ours. */
function asUnclear(error: unknown): unknown {
  return error instanceof KanibakoError ? new Unclear(error.message.replace(/\.$/, "")) : error;
}

async function realOf(path: string): Promise<string | undefined> {
  return await Deno.realPath(path).catch(() => undefined);
}

/** `path` as seen from `folder`, without `.` and `..`. */
function resolve(folder: string, path: string): string {
  return normalPath(absolutePath(path, folder));
}

/** Git's own rules for names of references, those that matter where one becomes a path. */
function isRefName(ref: string): boolean {
  return ref.startsWith("refs/") && ref.length < 1024 &&
    // deno-lint-ignore no-control-regex
    !/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|\/\/|\/\.|\/$|\.lock(\/|$)|@\{/.test(ref);
}
