/**
 * Making what an archive holds, below one folder, by handle.
 *
 * While it works there is no symlink below the folder, so that nothing can be reached through one: symlinks are made
 * when all else is there, and then the modes and times of folders are set.
 *
 * @module
 */

import type { KanibakoError } from "../host/error.ts";
import { type CName, cName, Errno, libc, Open, Seek } from "../host/libc/libc.ts";
import { FileInfo } from "../host/libc/stat.ts";
import { rawName } from "../host/tree/raw_name.ts";
import { WayDown } from "../host/tree/way_down.ts";
import { failed } from "../host/tree/limits.ts";
import { type ArchiveLimits, MAX_DEFERRED_BYTES, overLimit, tooMany } from "./limits.ts";
import { cut, unsafe } from "./member_path.ts";
import type { MetEntry } from "./read.ts";

/** Permission bits that are kept. Not setuid, setgid and sticky, and nothing that others could write. */
const KEPT_MODE = 0o775;
/** Those of an archive that is our own. */
const OWN_MODE = 0o777;
/** Mode of a folder that the archive only implies. */
const IMPLIED_MODE = 0o755;
/** What a symlink or folder takes in memory beside its text, roughly. */
const DEFERRED_OVERHEAD = 128;

/** Who gets what is made. */
export interface Owner {
  /** The user's number. */
  readonly uid: number;
  /** The group's number. */
  readonly gid: number;
}

/** What was made. */
export interface UnpackedCounts {
  /** Regular files. */
  files: number;
  /** Folders. */
  folders: number;
  /** Symlinks. */
  symlinks: number;
  /** Further names of files. */
  hardLinks: number;
  /** Content that was written. */
  bytes: number;
  /** FIFOs and devices, which are never made. */
  readonly skipped: string[];
}

/** Something that is set or made at the end. */
interface Deferred {
  readonly path: string;
  readonly mode: number;
  readonly mtimeNs: bigint;
  readonly target?: string;
}

/** Unpacks members into a folder. */
export class Unpacker implements Disposable {
  /** What was made so far. */
  readonly counts: UnpackedCounts = {
    files: 0,
    folders: 0,
    symlinks: 0,
    hardLinks: 0,
    bytes: 0,
    skipped: [],
  };
  readonly #libc = libc();
  readonly #info = new FileInfo(this.#libc);
  readonly #root: string;
  readonly #subject: string;
  readonly #limits: ArchiveLimits;
  readonly #owner: Owner | undefined;
  readonly #keptMode: number;
  readonly #way: WayDown;
  /** The names of the folders on the way that is open. */
  #names: string[] = [];
  #folderPath = "";
  readonly #symlinks = new Map<string, Deferred>();
  readonly #folders = new Map<string, Deferred>();
  #deferredBytes = 0;
  #folderCount = 0;
  /** What is done to the folder the way ends in, when it is left. */
  #onLeave: ((fd: number) => void) | undefined;

  /** Into an empty folder of ours, given by its open handle, which is closed in the end. */
  constructor(
    root: string,
    fd: number,
    subject: string,
    limits: ArchiveLimits,
    { owner, isOurs }: { readonly owner?: Owner; readonly isOurs?: boolean },
  ) {
    this.#keptMode = isOurs ? OWN_MODE : KEPT_MODE;
    this.#root = root;
    this.#subject = subject;
    this.#limits = limits;
    this.#owner = owner;
    this.#way = new WayDown(this.#libc, root, fd);
  }

  /** Closes all handles. */
  [Symbol.dispose](): void {
    this.#way[Symbol.dispose]();
  }

  /** Makes a member at a path (`""`: the folder itself), or notes it for the end. `target` is where a hard link leads. */
  async add(entry: MetEntry, path: string, target?: string): Promise<void> {
    switch (entry.kind) {
      case "folder":
        return this.#addFolder(entry, path);
      case "symlink":
        return this.#addSymlink(entry, path, entry.target!);
      case "hardlink":
        return this.#addHardLink(entry, path, target!);
      case "file":
        return await this.#addFile(entry, path);
      case "other":
        this.#skip(path);
    }
  }

  /** Makes the symlinks, then sets the modes and times of folders, the innermost first. */
  finish(): void {
    for (const { path, target, mtimeNs } of this.#symlinks.values()) {
      const { folder, name } = this.#parentOf(path, "open");
      this.#made(this.#libc.symlink(rawName(target!), folder, name), path);
      if (this.#owner) this.#libc.chownAt(folder, name, this.#owner.uid, this.#owner.gid);
      this.#libc.utimensAt(folder, name, times(mtimeNs));
      this.counts.symlinks++;
    }
    // What is in a folder comes before it in this order, and so is done before its mode may lock us out. The way up may lead
    // through it, too, so it gets its mode when that is known.
    const paths = [...this.#folders.keys()].sort().reverse();
    for (const path of paths) {
      const { mode, mtimeNs } = this.#folders.get(path)!;
      this.#goTo(path, "open");
      this.#onLeave = (fd) => this.#finishHandle(fd, mode, mtimeNs, path);
    }
    this.#onLeave?.(this.#way.fd);
  }

  #addFolder(entry: MetEntry, path: string): void {
    if (path !== "") this.#goTo(path, "make");
    this.#defer(this.#folders, { path, mode: entry.mode, mtimeNs: entry.mtimeNs });
    this.counts.folders++;
  }

  #addSymlink(entry: MetEntry, path: string, target: string): void {
    if (this.#symlinks.has(path)) throw this.#twice(path);
    this.#defer(this.#symlinks, { path, mode: entry.mode, mtimeNs: entry.mtimeNs, target });
  }

  #addHardLink(entry: MetEntry, path: string, target: string): void {
    if (this.#symlinks.has(path)) throw this.#twice(path);
    const pending = this.#symlinks.get(target);
    // Another name of a symlink: nothing tells it from a second one that leads to the same place.
    if (pending) return this.#addSymlink(entry, path, pending.target!);
    const to = this.#parentOf(path, "make");
    const c = this.#libc;
    // The way to the target may be another one, so the new name's folder is held by a handle of its own.
    const folder = c.open(to.folder, cName("."), Open.READ | Open.FOLDER);
    if (folder < 0) throw this.#failed(path, folder);
    try {
      const from = this.#parentOf(target, "find", path);
      const found = this.#info.ofName(from.folder, from.name);
      if (found < 0 || this.#info.kind !== "file") throw this.#noTarget(path, target);
      this.#made(c.link(from.folder, from.name, folder, to.name), path);
    } finally {
      c.close(folder);
    }
    this.counts.hardLinks++;
  }

  async #addFile(entry: MetEntry, path: string): Promise<void> {
    if (this.#symlinks.has(path)) throw this.#twice(path);
    const { folder, name } = this.#parentOf(path, "make");
    const c = this.#libc;
    const fd = c.open(folder, name, Open.WRITE | Open.CREATE | Open.EXCLUSIVE | Open.NOFOLLOW, 0o600);
    this.#made(fd, path);
    try {
      await this.#write(fd, entry, path);
      this.#finishHandle(fd, entry.mode, entry.mtimeNs, path);
    } finally {
      c.close(fd);
    }
    this.counts.files++;
  }

  async #write(fd: number, entry: MetEntry, path: string): Promise<void> {
    const c = this.#libc;
    let piece: Uint8Array<ArrayBuffer> | undefined = new Uint8Array();
    for (const range of entry.ranges ?? [{ offset: 0, length: entry.size }]) {
      if (range.offset > 0) c.seek(fd, range.offset, Seek.SET);
      for (let left = range.length; left > 0;) {
        if (piece.length === 0) {
          piece = await entry.content();
          if (piece === undefined) return; // a reader gives as much as it said, or throws
        }
        const written = c.write(fd, piece.subarray(0, left));
        if (written < 0) throw this.#failed(path, written);
        left -= written;
        piece = piece.subarray(written);
        this.counts.bytes += written;
      }
    }
    if (!entry.ranges) return;
    const result = c.truncate(fd, entry.size);
    if (result < 0) throw this.#failed(path, result);
  }

  #finishHandle(fd: number, mode: number, mtimeNs: bigint, path: string): void {
    const c = this.#libc;
    const owned = this.#owner ? c.chown(fd, this.#owner.uid, this.#owner.gid) : 0;
    const result = owned < 0 ? owned : c.chmod(fd, mode & this.#keptMode);
    if (result < 0) throw this.#failed(path, result);
    c.utimens(fd, times(mtimeNs)); // a time that the file system cannot hold is no reason to give up
  }

  /** The folder a path is in, as an open handle good until the next call, and its name there. */
  #parentOf(
    path: string,
    how: "make" | "open" | "find",
    link = path,
  ): { folder: number; name: CName } {
    const slash = path.lastIndexOf("/");
    this.#goTo(slash < 0 ? "" : path.slice(0, slash), how, link, path);
    return { folder: this.#way.fd, name: rawName(path.slice(slash + 1)) };
  }

  /** Goes to a folder: up as far as needed, and down again. Folders on the way are made, or must be there. */
  #goTo(path: string, how: "make" | "open" | "find", link = path, target = path): void {
    if (path === this.#folderPath) return;
    const names = path === "" ? [] : path.split("/");
    let same = 0;
    while (same < this.#names.length && this.#names[same] === names[same]) same++;
    while (this.#names.length > same) {
      this.#way.pop(this.#onLeave);
      this.#onLeave = undefined;
      this.#names.pop();
    }
    this.#folderPath = names.slice(0, same).join("/");
    for (const name of names.slice(same)) {
      const raw = rawName(name);
      const at = this.#folderPath === "" ? name : `${this.#folderPath}/${name}`;
      if (how === "make") this.#makeFolder(raw, at);
      const fd = this.#libc.open(this.#way.fd, raw, Open.READ | Open.FOLDER | Open.NOFOLLOW);
      if (fd < 0 && how === "find") throw this.#noTarget(link, target);
      if (fd === -Errno.ENOTDIR || fd === -Errno.ELOOP) {
        throw unsafe(this.#subject, `the entry "${cut(path)}" is below "${cut(at)}", which is no folder`);
      }
      if (fd < 0) throw this.#failed(at, fd);
      this.#way.push(fd);
      this.#names.push(name);
      this.#folderPath = at;
    }
  }

  #makeFolder(name: CName, path: string): void {
    // Nothing but a folder may have something below it, and what is a symlink is none.
    if (this.#symlinks.has(path)) {
      throw unsafe(this.#subject, `an entry leads through the symlink "${cut(path)}"`);
    }
    const result = this.#libc.mkdir(this.#way.fd, name, 0o700);
    if (result === -Errno.EEXIST) return;
    if (result < 0) throw this.#failed(path, result);
    if (++this.#folderCount > this.#limits.entries) throw tooMany(this.#subject, this.#limits);
    if (!this.#folders.has(path)) {
      // Replaced when an entry of its own follows.
      this.#defer(this.#folders, { path, mode: IMPLIED_MODE, mtimeNs: BigInt(Date.now()) * 1_000_000n });
    }
  }

  /** Counts texts that somebody keeps until the end. Bounded by one number for all that is kept: an archive may hold nothing else. */
  keep(...texts: readonly string[]): void {
    this.#useMemory(texts.reduce((length, text) => length + text.length, 0));
  }

  #skip(path: string): void {
    this.keep(path);
    this.counts.skipped.push(path);
  }

  #useMemory(length: number): void {
    this.#deferredBytes += 2 * length + DEFERRED_OVERHEAD;
    if (this.#deferredBytes > MAX_DEFERRED_BYTES) {
      throw overLimit(this.#subject, "it has more folders, links and special files than fit into memory");
    }
  }

  #defer(list: Map<string, Deferred>, one: Deferred): void {
    if (!list.has(one.path)) this.#useMemory(one.path.length + (one.target?.length ?? 0));
    list.set(one.path, one);
  }

  /** What making a name answered. */
  #made(result: number, path: string): void {
    if (result < 0) throw result === -Errno.EEXIST ? this.#twice(path) : this.#failed(path, result);
  }

  #twice(path: string): KanibakoError {
    return unsafe(this.#subject, `it holds "${cut(path)}" twice`);
  }

  #noTarget(path: string, target: string): KanibakoError {
    return unsafe(
      this.#subject,
      `the hard link "${cut(path)}" leads to "${cut(target)}", which is no file that came before it`,
    );
  }

  #failed(path: string, result: number): KanibakoError {
    return failed("extract", this.#root, path, result);
  }
}

/** Times of access and of change, as `utimensat` takes them. */
function times(ns: bigint): Uint8Array<ArrayBuffer> {
  let seconds = ns / 1_000_000_000n;
  let rest = ns % 1_000_000_000n;
  if (rest < 0n) [seconds, rest] = [seconds - 1n, rest + 1_000_000_000n];
  return new Uint8Array(BigInt64Array.of(seconds, rest, seconds, rest).buffer);
}
