/**
 * Looks at the projects below a folder that a box shall be shown: each must be where it was, and be what it was. Apart from
 * `nested.ts` because most boxes have none.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { parentOf } from "../../host/path.ts";
import { entryKind } from "../../host/tree/entry.ts";
import { hasStableInodes } from "../../host/tree/stable_inodes.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { isWithin } from "../layout.ts";
import type { KnownPlace } from "../list.ts";
import type { WorksetPlace } from "../project.ts";
import type { Nested, NestedProjects, Purpose } from "./nested.ts";
import { ownFolders } from "./own_folders.ts";
import { type FolderMark, isReplaced, isSameFolder, markOf, type SeenTree, seenTrees } from "./recorded.ts";
import { movedError, type Problem, type Whereabouts } from "./words.ts";

/** A folder that a box shall be shown, and the projects it concerns. */
export interface Concerned {
  readonly root: string;
  /** All paths at which it is seen. */
  readonly names: readonly string[];
  /** Projects in it, with the path at which they are seen there. */
  readonly below: readonly SeenPlace[];
  /** Projects it is in. */
  readonly around: readonly KnownPlace[];
  /** Worksets in it. */
  readonly held: readonly WorksetPlace[];
  /** Worksets it is among the vaults of. */
  readonly vaults: readonly WorksetPlace[];
}

/** A project, and where in a tree it is seen: at its own path, or through another mount. */
export type SeenPlace = KnownPlace & { readonly at: string };

/** Checks all of these. Throws as `nestedProjects`. */
export async function checkNested(
  host: Host,
  all: readonly Concerned[],
  purpose: Purpose,
): Promise<NestedProjects> {
  const byRoot = new Map<string, Nested>();
  const seen = new Map<string, SeenTree>();
  const problems: Problem[] = [];
  const trees = await seenTrees(host);
  for (const { root, names, below, around, held, vaults } of all) {
    if (held[0]) throw holdsWorkset(root, held[0]);
    for (const workset of vaults) checkHalf(`${workset.root}/vault`, workset.name, names);
    for (const place of around) await checkNotOwn(host, place, names);
    const tree = new Tree(root, trees[root]);
    for (const place of below) problems.push(...await tree.add(host, place));
    byRoot.set(root, tree.nested());
    if (tree.isNews()) seen.set(root, tree.seen());
  }
  if (problems.length > 0) throw movedError(problems, purpose);
  return { byRoot, seen };
}

/** One root, and what has been found in it. */
class Tree {
  readonly #known: SeenTree | undefined;
  readonly #root: FolderMark;
  readonly #folders = new Map<string, FolderMark>();
  readonly #kept = new Set<string>();

  constructor(readonly root: string, known: SeenTree | undefined) {
    this.#root = markOf(root) ?? { inode: 0, madeAt: null };
    // Whoever copied the tree, or brought it back, has made other folders of all of them.
    this.#known = known && isSameFolder(known.root, this.#root) ? known : undefined;
  }

  /** Adds a project: what it has, or what is wrong with it. */
  async add(host: Host, place: SeenPlace): Promise<Problem[]> {
    const { path, at } = place;
    const [leadsTo, mark] = [await Deno.realPath(path).catch(() => undefined), markOf(path)];
    if (leadsTo !== path || !mark) {
      const now = this.#whereNow(place, undefined);
      return [{ place, what: path, link: firstLink(path), leadsTo, now }];
    }
    const seen = at === path ? mark : markOf(at);
    // Something else is mounted over it there.
    if (!seen || !isSameFolder(seen, mark)) return [];
    this.#keep(at);
    const problems: Problem[] = [];
    for (const own of await ownFolders(host, place)) {
      const folder = isWithin(own, path) ? at + own.slice(path.length) : own;
      if (!isWithin(folder, this.root)) continue;
      if (await isFolderItself(folder) !== true) {
        problems.push({ place, what: folder, now: this.#whereNow(place, folder) });
        continue;
      }
      this.#keep(parentOf(folder));
      const mark = markOf(folder)!;
      this.#folders.set(folder, mark);
      const before = this.#known?.folders[folder];
      if (!before || !isReplaced(before, mark, () => hasStableInodes(this.root))) continue;
      problems.push({ place, what: folder, replaced: true, now: this.#whereNow(place, folder) });
    }
    return problems;
  }

  nested(): Nested {
    const [hidden, kept] = [[...this.#folders.keys()], [...this.#kept]];
    return { hidden: hidden.sort(), kept: kept.sort() };
  }

  isNews(): boolean {
    return JSON.stringify(this.seen()) !== JSON.stringify(this.#known);
  }

  seen(): SeenTree {
    const sorted = [...this.#folders].sort(([a], [b]) => a < b ? -1 : 1);
    return { root: this.#root, folders: Object.fromEntries(sorted) };
  }

  #keep(folder: string): void {
    for (let at = folder; at !== this.root && isWithin(at, this.root); at = parentOf(at)) this.#kept.add(at);
  }

  /** Where a project, or one `folder` of it, is now, when a folder of its path was renamed and is beside its old name. */
  #whereNow({ path }: KnownPlace, folder: string | undefined): Whereabouts | undefined {
    const known = Object.entries(this.#known?.folders ?? {});
    const sought = known.find(([one]) => folder === undefined ? isWithin(one, path) : one === folder);
    if (!sought) return undefined;
    const [was, mark] = sought;
    for (let old = folder ?? path; old !== this.root && isWithin(old, this.root); old = parentOf(old)) {
      const above = parentOf(old);
      for (const name of folderNames(above)) {
        const renamed = (path: string) => `${above}/${name}${path.slice(old.length)}`;
        const found = markOf(renamed(was));
        if (found && isSameFolder(found, mark)) {
          return { folder: renamed(was), ...(isWithin(path, old) ? { project: renamed(path) } : {}) };
        }
      }
    }
    return undefined;
  }
}

/** A folder with more in it is not searched to its end: what is found is only for a hint. */
const MOST_NAMES = 5000;

function folderNames(path: string): string[] {
  const names: string[] = [];
  try {
    let left = MOST_NAMES;
    for (const entry of Deno.readDirSync(path)) {
      if (left-- === 0) break;
      if (entry.isDirectory) names.push(entry.name);
    }
  } catch {
    // Then there is no hint.
  }
  return names;
}

/** The first part of a path that is a symlink. */
function firstLink(path: string): string | undefined {
  const parts = path.slice(1).split("/");
  for (let count = 1; count <= parts.length; count++) {
    const at = `/${parts.slice(0, count).join("/")}`;
    if (isLink(at)) return at;
  }
  return undefined;
}

function isLink(path: string): boolean {
  try {
    return Deno.lstatSync(path).isSymlink;
  } catch {
    return false;
  }
}

async function isFolderItself(path: string): Promise<boolean | undefined> {
  const slash = path.lastIndexOf("/");
  const kind = await entryKind(path.slice(0, slash), path.slice(slash + 1)).catch(() => undefined);
  if (kind !== "folder") return undefined;
  // What lies further down than the project's own folder could be behind a link.
  return await Deno.realPath(path).catch(() => undefined) === path;
}

/** The two halves of a vault are meant for boxes; its history, a home and settings are for one box, or none. */
async function checkNotOwn(host: Host, place: KnownPlace, names: readonly string[]): Promise<void> {
  const folders = await ownFolders(host, place);
  const halves = HALVES.map((half) => `${place.path}/vault/${half}`);
  for (const name of names) {
    const isIn = (folder: string) => isWithin(name, folder);
    if (folders.some(isIn) && !halves.some(isIn)) {
      throw notShared(name, `the box of the project ${shellQuote(place.name)}`);
    }
  }
}

const HALVES: readonly string[] = ["ro", "rw", "share-ro", "share-rw"];

/** As {@link checkNotOwn}, for a folder among the vaults of a workset: `<vaults>/NAME/HALF` or below. */
function checkHalf(vaults: string, workset: string, names: readonly string[]): void {
  for (const name of names) {
    const half = name.slice(vaults.length + 1).split("/")[1];
    if (isWithin(name, vaults) && !(half !== undefined && HALVES.includes(half))) {
      throw notShared(name, `the workset ${workset}`);
    }
  }
}

function notShared(root: string, owner: string): KanibakoError {
  return new KanibakoError(
    "unsafe-share",
    `Cannot give ${shellQuote(root)} to a box: it belongs to ${owner}.`,
    {
      hint: "Put what the box needs into a folder of its own, and share that.",
    },
  );
}

function holdsWorkset(root: string, workset: WorksetPlace): KanibakoError {
  return new KanibakoError(
    "holds-workset",
    `Cannot give ${shellQuote(root)} to a box: the workset ${workset.name} is in it (${
      shellQuote(workset.root)
    }).`,
    { hint: "The box could change the settings of all of its projects. Move one of the two." },
  );
}
