/**
 * Walking a tree a box can write, by handle: no symlink is followed, nothing but folders is opened, and neither depth
 * nor count costs more than a little memory.
 *
 * @module
 */

import type { Kind } from "../libc/stat.ts";
import { KanibakoError } from "../error.ts";
import { type CName, cName, Errno, errnoName, HERE, libc, Open } from "../libc/libc.ts";
import { NameQueue, NameReader } from "../libc/names.ts";
import { FileInfo } from "../libc/stat.ts";
import { quotePath } from "../ui/quote_path.ts";
import { WayDown } from "./way_down.ts";
import { failed, tooLarge, TREE_LIMITS, type TreeLimits, unreadable } from "./limits.ts";
import { WalkEntry } from "./walk_entry.ts";

export type { TreeLimits } from "./limits.ts";
export type { Kind } from "../libc/stat.ts";
export type { WalkEntry } from "./walk_entry.ts";

/** How a tree is walked. */
export interface WalkOptions {
  /** Above them: the error `too-large`. Missing ones are generous. */
  readonly limits?: Partial<TreeLimits>;
  /** Each folder's names in the order of their bytes; otherwise files come before folders, in no order. */
  readonly sorted?: boolean;
  /** What to leave out, by its path below the root; a folder with all it holds. */
  readonly exclude?: ((path: string, kind: Kind) => boolean) | undefined;
  /** What happens where we may not read: the error `needs-engine` or `cannot-read` (default), or it is passed over. */
  readonly unreadable?: "refuse" | "skip";
  /** Called with what is passed over because it could not be read. */
  readonly onUnreadable?: ((path: string) => void) | undefined;
  /** Called with what went away, or became something else, between being listed and being looked at. */
  readonly onVanished?: ((path: string) => void) | undefined;
}

/** What was met. What has several names is counted at each, its bytes once. */
export interface WalkReport {
  readonly files: number;
  readonly folders: number;
  readonly symlinks: number;
  /** FIFOs, sockets and devices. */
  readonly others: number;
  /** Length of the files, in bytes. */
  readonly bytes: number;
  /** What everything takes on the disk, in bytes. */
  readonly allocated: number;
  /** What went away between being listed and being looked at. */
  readonly vanished: number;
  /** Folders that could not be read; only where they are passed over. */
  readonly unreadable: number;
}

/** A step of a walk: something was met, or a folder is left, after all it holds. The root comes first and last. */
export interface WalkStep {
  readonly leaving: boolean;
  readonly entry: WalkEntry;
}

/**
 * Calls `visit` for everything below a folder, a folder before what it holds; `"skip"` passes over what that is.
 *
 * Throws `cannot-read` or `needs-engine`, and `too-large`. The root may be reached through symlinks: its path is ours.
 */
export function walkTree(
  root: string,
  visit: (entry: WalkEntry) => void | "skip",
  options: WalkOptions = {},
): WalkReport {
  const steps = treeSteps(root, options);
  try {
    let step = steps.next();
    while (!step.done) {
      const { entry, leaving } = step.value;
      step = steps.next(leaving || entry.parent === undefined ? undefined : visit(entry));
    }
    return step.value;
  } finally {
    // After an error of the visitor's, handles are open still.
    steps.return(undefined as never);
  }
}

/**
 * As {@link walkTree}, one step at a time: for those who have to wait in between. An entry's `folder` is open until the
 * next step. To stop early, call `return()` or leave the loop: that closes all handles.
 */
export function* treeSteps(
  root: string,
  options: WalkOptions = {},
): Generator<WalkStep, WalkReport, "skip" | void> {
  const walk = new Walk(root, options);
  try {
    return yield* walk.steps();
  } finally {
    walk.close();
  }
}

/** A folder on the way: what is left to do in it. */
interface Level {
  readonly entry: WalkEntry;
  readonly names: NameQueue;
  isRead: boolean;
}

class Walk {
  readonly #libc = libc();
  readonly #reader: NameReader = new NameReader(this.#libc);
  readonly #info: FileInfo = new FileInfo(this.#libc);
  readonly #root: string;
  readonly #options: WalkOptions;
  readonly #limits: TreeLimits;
  readonly #counts = {
    files: 0,
    folders: 0,
    symlinks: 0,
    others: 0,
    bytes: 0,
    allocated: 0,
    vanished: 0,
    unreadable: 0,
  };
  #entries = 0;
  /** Of what has several names: how many are still to come. */
  readonly #several = new Map<bigint, number>();
  #folders: WayDown | undefined;

  constructor(root: string, options: WalkOptions) {
    this.#root = root;
    this.#options = options;
    this.#limits = { ...TREE_LIMITS, ...options.limits };
  }

  close(): void {
    this.#folders?.[Symbol.dispose]();
  }

  *steps(): Generator<WalkStep, WalkReport, "skip" | void> {
    const top = this.#open();
    if ((yield { leaving: false, entry: top }) === "skip") return this.#counts;
    const folders = this.#folders!;
    const levels: Level[] = [{ entry: top, names: new NameQueue(), isRead: false }];
    while (levels.length > 0) {
      const level = levels[levels.length - 1]!;
      if (!level.isRead) {
        level.isRead = true;
        yield* this.#read(level, folders.fd);
        if (this.#options.sorted) level.names.sort();
      }
      const name = level.names.take();
      if (name === undefined) {
        levels.pop();
        // Left while it is still open: who copies it may want to compare.
        yield { leaving: true, entry: level.entry };
        if (levels.length > 0) folders.pop();
        continue;
      }
      const met = this.#meet(level.entry, folders.fd, name);
      if (met === undefined) continue;
      if (met.fd < 0) {
        yield { leaving: false, entry: met.entry };
        continue;
      }
      let answer: "skip" | void = "skip";
      try {
        answer = yield { leaving: false, entry: met.entry };
      } finally {
        if (answer === "skip") this.#libc.close(met.fd);
      }
      if (answer === "skip") continue;
      if (met.entry.depth > this.#limits.depth) {
        this.#libc.close(met.fd);
        throw tooLarge(this.#root, "depth", this.#limits.depth);
      }
      folders.push(met.fd);
      levels.push({ entry: met.entry, names: new NameQueue(), isRead: false });
    }
    return this.#counts;
  }

  #open(): WalkEntry {
    const fd = this.#libc.open(HERE, cName(this.#root), Open.READ | Open.FOLDER);
    if (fd < 0) {
      throw new KanibakoError(
        "cannot-read",
        `Cannot read the folder ${quotePath(this.#root)}: ${errnoName(fd)}`,
      );
    }
    this.#folders = new WayDown(this.#libc, this.#root, fd);
    this.#info.ofHandle(fd);
    return new WalkEntry(undefined, fd, cName(""), this.#info);
  }

  /** Lists a folder. What is not a folder is dealt with at once, unless an order is wanted: then all is kept. */
  *#read(level: Level, fd: number): Generator<WalkStep, void, "skip" | void> {
    const names = this.#reader.read(fd);
    let next = names.next();
    for (; !next.done; next = names.next()) {
      const { name, isFolder } = next.value;
      // Names kept are memory taken: those that are too many are noticed while they are listed.
      if (this.#entries >= this.#limits.entries) throw tooLarge(this.#root, "entries", this.#limits.entries);
      if (isFolder || this.#options.sorted) {
        level.names.add(name);
        continue;
      }
      const met = this.#meet(level.entry, fd, name, "not-folders");
      if (met === "folder") level.names.add(name);
      else if (met) yield { leaving: false, entry: met.entry };
    }
    if (next.value < 0) throw failed("read", this.#root, level.entry.path, next.value);
  }

  /** Looks at a name: what it is, with a handle when it is a folder. Nothing when it went away or is left out. */
  #meet(parent: WalkEntry, folder: number, name: CName): { entry: WalkEntry; fd: number } | undefined;
  #meet(
    parent: WalkEntry,
    folder: number,
    name: CName,
    only: "not-folders",
  ): { entry: WalkEntry; fd: number } | "folder" | undefined;
  #meet(
    parent: WalkEntry,
    folder: number,
    name: CName,
    only?: "not-folders",
  ): { entry: WalkEntry; fd: number } | "folder" | undefined {
    const info = this.#info;
    const result = info.ofName(folder, name);
    if (result < 0) return this.#lost(parent, name, result, undefined);
    if (info.kind === "folder" && only) return "folder";
    let entry = new WalkEntry(parent, folder, name, info);
    if (this.#options.exclude?.(entry.path, entry.kind)) return undefined;
    let fd = -1;
    if (entry.kind === "folder") {
      fd = this.#openFolder(folder, name);
      if (fd < 0) return this.#lost(parent, name, fd, entry.uid);
      info.ofHandle(fd);
      entry = new WalkEntry(parent, folder, name, info);
    }
    try {
      this.#count(entry);
    } catch (error) {
      if (fd >= 0) this.#libc.close(fd);
      throw error;
    }
    return { entry, fd };
  }

  #openFolder(folder: number, name: CName): number {
    const flags = Open.READ | Open.FOLDER | Open.NOFOLLOW;
    const fd = this.#libc.open(folder, name, flags | Open.NOATIME);
    // Only the owner may leave the time of reading as it is.
    return fd === -Errno.EPERM ? this.#libc.open(folder, name, flags) : fd;
  }

  /** What cannot be looked at: it went away, it became something else just now, or we may not. */
  #lost(parent: WalkEntry, name: CName, result: number, uid: number | undefined): undefined {
    switch (-result) {
      case Errno.ENOENT:
      case Errno.ENOTDIR:
      case Errno.ELOOP:
        this.#counts.vanished++;
        this.#options.onVanished?.(pathOf(parent, name));
        return undefined;
      case Errno.EACCES:
        if (this.#options.unreadable === "skip") {
          this.#counts.unreadable++;
          this.#options.onUnreadable?.(pathOf(parent, name));
          return undefined;
        }
        throw unreadable(
          this.#root,
          pathOf(parent, name),
          uid ?? (parent.uid === Deno.uid() ? undefined : parent.uid),
        );
      default:
        throw failed("read", this.#root, pathOf(parent, name), result);
    }
  }

  #count(entry: WalkEntry): void {
    const counts = this.#counts;
    if (++this.#entries > this.#limits.entries) throw tooLarge(this.#root, "entries", this.#limits.entries);
    if (entry.kind === "file") counts.files++;
    else if (entry.kind === "folder") counts.folders++;
    else if (entry.kind === "symlink") counts.symlinks++;
    else counts.others++;
    if (entry.kind !== "folder" && entry.nlink > 1 && !this.#isFirst(entry)) return;
    if (entry.kind === "file") counts.bytes += entry.size;
    counts.allocated += entry.allocated;
    if (counts.allocated > this.#limits.bytes) throw tooLarge(this.#root, "bytes", this.#limits.bytes);
  }

  #isFirst(entry: WalkEntry): boolean {
    const key = entry.identity;
    const left = this.#several.get(key);
    if (left === 1) this.#several.delete(key);
    else this.#several.set(key, (left ?? entry.nlink) - 1);
    return left === undefined;
  }
}

function pathOf(parent: WalkEntry, name: CName): string {
  const last = new TextDecoder().decode(name.subarray(0, -1));
  return parent.path === "" ? last : `${parent.path}/${last}`;
}
