/**
 * Putting a tree into an archive, each file read once.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { KanibakoError } from "../host/error.ts";
import { libc } from "../host/libc/libc.ts";
import { quotePath } from "../host/ui/quote_path.ts";
import { nameBytes, nameText } from "../host/tree/raw_name.ts";
import { openTreeFile, type TreeFile } from "../host/tree/file.ts";
import type { Kind, TreeLimits, WalkEntry } from "../host/tree/walk.ts";
import { MAX_PATH_BYTES } from "./limits.ts";
import { type Member, type MemberWriter, type PackedEntry, SMALL_BYTES } from "./member_writer.ts";
import { type Range, sparseRanges } from "./sparse.ts";
import { BLOCK, pathFits, Type } from "./tar_header.ts";

/** How a tree is put into an archive. */
export interface AddTreeOptions {
  /** What to leave out, by its path below the root; a folder with all it holds. */
  readonly exclude?: (path: string, kind: Kind) => boolean;
  /** Above them: the error `too-large`. Missing ones are generous. */
  readonly limits?: Partial<TreeLimits>;
  /** A box may be writing: files that were changed while they were read are counted. */
  readonly watch?: boolean;
  /**
   * What we may not read, or whose path is longer than an archive takes: an error (default), or it is passed over and listed.
   */
  readonly unreadable?: "refuse" | "skip";
  /** Written for any program: holes are filled with zeros, and only permission bits are kept. */
  readonly plain?: boolean;
  /** Called now and then, with what is done of this tree. */
  readonly onProgress?: (done: { files: number; bytes: number }) => void;
  /** Called for each member, in the archive's order. */
  readonly onFile?: (entry: PackedEntry) => void;
}

/** Adds what a walk meets. */
export class TreeAdder {
  readonly #writer: MemberWriter;
  readonly #root: string;
  readonly #above: Uint8Array;
  readonly #options: AddTreeOptions;
  /** The first name of each file that has several. */
  readonly #names = new Map<bigint, { readonly path: Uint8Array; left: number }>();
  /** The folder the last entry was in, and its path in the archive with the slash behind it. */
  #folder: WalkEntry | undefined;
  #folderPath = new Uint8Array();
  readonly #done = { files: 0, bytes: 0 };
  readonly #target = new Uint8Array(MAX_PATH_BYTES);

  constructor(writer: MemberWriter, root: string, above: Uint8Array, options: AddTreeOptions) {
    this.#writer = writer;
    this.#root = root;
    this.#above = above;
    this.#options = options;
  }

  /** Adds one thing. The writer has room. A promise only where there is something to wait for. */
  add(entry: WalkEntry): Promise<void> | undefined {
    if (!entry.parent && this.#above.length === 0) return;
    const path = this.#pathOf(entry);
    if (!path) return void this.#writer.skip(entry.path.slice(0, MAX_PATH_BYTES), "too-long");
    switch (entry.kind) {
      case "folder":
        return void this.#addFolder(entry, path);
      case "symlink":
        return void this.#addSymlink(entry, path);
      case "file":
        return this.#addFile(entry, path);
      default:
        return void this.#skip(path, entry.nature);
    }
  }

  #put(member: Member): void {
    this.#writer.putMember(this.#options.plain ? { ...member, mode: member.mode & 0o777 } : member);
  }

  #addFolder(entry: WalkEntry, path: Uint8Array): void {
    const slashed = new Uint8Array(path.length + 1);
    slashed.set(path);
    slashed[path.length] = 47;
    this.#put({ ...member(entry, slashed), type: Type.FOLDER, size: 0 });
    this.#writer.counts.folders++;
    this.#record(entry, { path: nameText(path), kind: "folder", size: 0 });
  }

  #addSymlink(entry: WalkEntry, path: Uint8Array): void {
    const length = libc().readlink(entry.folder, entry.name, this.#target);
    if (length < 0) return this.#skip(path, "vanished");
    const link = this.#target.slice(0, length);
    this.#put({ ...member(entry, path), mode: 0o777, type: Type.SYMLINK, size: 0, link });
    this.#writer.counts.symlinks++;
    this.#record(entry, {
      path: nameText(path),
      kind: "symlink",
      size: 0,
      mode: 0o777,
      target: nameText(link),
    });
  }

  #addFile(entry: WalkEntry, path: Uint8Array): Promise<void> | undefined {
    if (entry.nlink > 1) {
      const first = this.#names.get(entry.identity);
      if (first) return void this.#addHardLink(entry, path, first);
    }
    let why = "vanished";
    const onDenied = this.#options.unreadable === "skip" ? () => void (why = "unreadable") : undefined;
    const file = openTreeFile(this.#root, entry, onDenied);
    if (!file) return void this.#skip(path, why);
    const { size, allocated } = file.info;
    // What is compressed by its file system looks as if it had holes, and is looked at more closely.
    if (size > SMALL_BYTES || allocated < size) return this.#addLargeFile(entry, path, file);
    return void this.#addSmallFile(entry, path, file);
  }

  #addSmallFile(entry: WalkEntry, path: Uint8Array, opened: TreeFile): void {
    using file = opened;
    // Read as it is now, though the walk saw it a moment ago.
    const { size, mode, mtimeNs } = file.info;
    const { uid, gid } = entry;
    this.#put({ path, mode, mtimeNs, uid, gid, size, type: Type.FILE });
    const { sha256, whole } = this.#writer.putSmall(file, size);
    if (!whole) this.#writer.counts.changed.push(nameText(path));
    this.#addedFile(entry, path, size, sha256, file);
  }

  async #addLargeFile(entry: WalkEntry, path: Uint8Array, opened: TreeFile): Promise<void> {
    using file = opened;
    const { size, mode, mtimeNs } = file.info;
    const ranges = this.#options.plain ? undefined : sparseRanges(file);
    const hash = createHash("sha256");
    const about = { ...member(entry, path), mode, mtimeNs, type: Type.FILE };
    let stored = size;
    if (ranges) {
      const map = sparseMap(ranges, size);
      stored = map.length + ranges.reduce((sum, { length }) => sum + length, 0);
      const records = [
        ["GNU.sparse.major", "1"],
        ["GNU.sparse.minor", "0"],
        ["GNU.sparse.name", path],
        ["GNU.sparse.realsize", `${size}`],
      ] as const;
      this.#put({ ...about, path: sparseName(path), size: stored, records });
      hash.update(map);
      await this.#writer.put(map);
    } else this.#put({ ...about, size });
    if (!await this.#writer.putContent(file, ranges ?? [{ offset: 0, length: size }], hash)) {
      this.#writer.counts.changed.push(nameText(path));
    }
    await this.#writer.endContent();
    this.#addedFile(entry, path, stored, hash.digest("hex"), file);
  }

  #addedFile(entry: WalkEntry, path: Uint8Array, stored: number, sha256: string, file: TreeFile): void {
    const { size, mode, mtimeNs } = file.info;
    if (this.#options.watch && file.wasChanged()) this.#writer.counts.torn++;
    if (entry.nlink > 1) this.#names.set(entry.identity, { path, left: entry.nlink - 1 });
    this.#writer.counts.files++;
    this.#writer.counts.bytes += stored;
    this.#done.files++;
    this.#done.bytes += stored;
    this.#recordAs({
      path: nameText(path),
      kind: "file",
      size,
      mode,
      sha256,
      mtimeNs,
    });
    this.#options.onProgress?.(this.#done);
  }

  #addHardLink(
    entry: WalkEntry,
    path: Uint8Array,
    first: { readonly path: Uint8Array; left: number },
  ): void {
    // When all names were met the first is of no more use.
    if (--first.left === 0) this.#names.delete(entry.identity);
    this.#put({ ...member(entry, path), type: Type.HARDLINK, size: 0, link: first.path });
    this.#writer.counts.hardLinks++;
    this.#record(entry, { path: nameText(path), kind: "hardlink", size: 0, target: nameText(first.path) });
  }

  #record(entry: WalkEntry, said: Omit<PackedEntry, "mode" | "mtimeNs"> & Partial<PackedEntry>): void {
    this.#recordAs({ mode: entry.mode, mtimeNs: entry.mtimeNs, ...said });
  }

  #recordAs(packed: PackedEntry): void {
    this.#writer.record(packed);
    this.#options.onFile?.(packed);
  }

  #skip(path: Uint8Array, kind: string): void {
    this.#writer.skip(nameText(path), kind);
  }

  /** Its path in the archive; nothing when it is too long and may be passed over. */
  #pathOf(entry: WalkEntry): Uint8Array | undefined {
    if (!entry.parent) return this.#above.subarray(0, -1);
    if (entry.parent !== this.#folder) {
      const below = entry.parent.pathBytes;
      this.#folder = entry.parent;
      this.#folderPath = new Uint8Array(this.#above.length + below.length + (below.length > 0 ? 1 : 0)).fill(
        47,
      );
      this.#folderPath.set(this.#above);
      this.#folderPath.set(below, this.#above.length);
    }
    const above = this.#folderPath;
    // One byte is left for the slash at the end of a folder; the name has one for its NUL.
    if (above.length + entry.name.length > MAX_PATH_BYTES) {
      if (this.#options.unreadable === "skip") return undefined;
      const start = quotePath(`${this.#root}/${entry.path.slice(0, 200)}`);
      throw new KanibakoError(
        "too-large",
        `Cannot archive ${start}...: its path is longer than ${MAX_PATH_BYTES} bytes`,
        { hint: "Move it higher up, or leave it out." },
      );
    }
    const path = new Uint8Array(above.length + entry.name.length);
    path.set(above);
    path.set(entry.name, above.length);
    return path.subarray(0, -1);
  }
}

function member(
  entry: WalkEntry,
  path: Uint8Array,
): Pick<Member, "path" | "mode" | "uid" | "gid" | "mtimeNs"> {
  const { mode, uid, gid, mtimeNs } = entry;
  return { path, mode, uid, gid, mtimeNs };
}

/** Where the data of a sparse file belongs, in front of it: GNU tar's format 1.0. */
function sparseMap(ranges: readonly Range[], size: number): Uint8Array {
  const last = ranges.at(-1);
  // A hole at the end is said by a piece of no length behind it.
  const all = last && last.offset + last.length === size ? ranges : [...ranges, { offset: size, length: 0 }];
  const text = new TextEncoder().encode(
    `${all.length}\n${all.map(({ offset, length }) => `${offset}\n${length}\n`).join("")}`,
  );
  const map = new Uint8Array(Math.ceil(text.length / BLOCK) * BLOCK);
  map.set(text);
  return map;
}

/** What a program sees that does not know sparse files: not the file's own name, for it is not its content. */
function sparseName(path: Uint8Array): Uint8Array {
  const whole = nameBytes(`GNUSparseFile.0/${nameText(path)}`);
  return pathFits(whole) ? whole : whole.subarray(0, 100);
}
