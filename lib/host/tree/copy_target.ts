/**
 * The copy's side of copying a tree: a new folder, filled by handle, and beside it an earlier copy to link to.
 *
 * @module
 */

import { makeSubvolumeIn } from "../btrfs.ts";
import { KanibakoError } from "../error.ts";
import { type CName, cName, Errno, errnoName, HERE, type Libc, Open } from "../libc/libc.ts";
import { FileInfo } from "../libc/stat.ts";
import { quotePath } from "../ui/quote_path.ts";
import { TreeFile } from "./file.ts";
import { WayDown } from "./way_down.ts";
import { failed } from "./limits.ts";
import type { WalkEntry } from "./walk_entry.ts";

/** Longest symlink target, and longest path, that the kernel takes, in bytes. */
const PATH_MAX = 4096;
/** What `chown` leaves as it is. */
const SAME = 0xffffffff;
const FOLDER_FLAGS = Open.READ | Open.FOLDER | Open.NOFOLLOW;
const SETUID_SETGID = 0o6000;

/** What a file system answers that knows no second names. */
const NO_LINKS: ReadonlySet<number> = new Set([Errno.EPERM, Errno.EOPNOTSUPP, Errno.ENOSYS]);

/** What a copy gets from its original. */
export interface Attributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly atimeNs: bigint;
  readonly mtimeNs: bigint;
}

/** The folder that a tree is copied into. Its folders are gone through in step with the original's. */
export class CopyTarget implements Disposable {
  readonly #libc: Libc;
  readonly #to: string;
  readonly #root: number;
  readonly #folders: WayDown;
  readonly #specialBits: number;
  readonly #info: FileInfo;
  readonly #found: FileInfo;
  readonly #times = new BigInt64Array(4);
  readonly #target = new Uint8Array(PATH_MAX);
  readonly #uid = Deno.uid() ?? SAME;
  /** The group that new files get here; not always ours. */
  readonly #gid: number;
  readonly #dev: number;
  readonly #ino: bigint;
  #earlier: WayDown | undefined;
  #hasLinked = false;
  /** Folders on the way that the earlier copy does not have. */
  #notEarlier = 0;

  private constructor(c: Libc, to: string, root: number, keepSpecialBits: boolean) {
    this.#libc = c;
    this.#to = to;
    this.#root = root;
    this.#folders = new WayDown(c, to, root);
    this.#specialBits = keepSpecialBits ? 0o7000 : 0;
    this.#info = new FileInfo(c);
    this.#found = new FileInfo(c);
    this.#info.ofHandle(root);
    this.#gid = this.#info.gid;
    this.#dev = this.#info.dev;
    this.#ino = this.#info.ino;
  }

  /** Makes the folder. Throws `exists`, `cannot-copy`, and `cannot-read` when the earlier copy cannot be. */
  static make(c: Libc, to: string, earlier: string | undefined, keepSpecialBits: boolean): CopyTarget {
    const path = to.replace(/\/+$/, "");
    const result = c.mkdir(HERE, cName(path), 0o700);
    if (result === -Errno.EEXIST) {
      throw new KanibakoError("exists", `Cannot copy to ${quotePath(to)}: it already exists`, {
        hint: "Choose another name, or remove it first.",
      });
    }
    if (result < 0) throw failed("copy", to, "", result);
    const root = c.open(HERE, cName(path), FOLDER_FLAGS);
    if (root < 0) throw failed("copy", to, "", root);
    const target = new CopyTarget(c, to, root, keepSpecialBits);
    if (earlier === undefined) return target;
    const fd = c.open(HERE, cName(earlier), Open.READ | Open.FOLDER);
    if (fd < 0) {
      target[Symbol.dispose]();
      Deno.removeSync(path);
      throw new KanibakoError(
        "cannot-read",
        `Cannot read the folder ${quotePath(earlier)}: ${errnoName(fd)}`,
      );
    }
    target.#earlier = new WayDown(c, earlier, fd);
    return target;
  }

  /** Closes all handles. */
  [Symbol.dispose](): void {
    this.#folders[Symbol.dispose]();
    this.#earlier?.[Symbol.dispose]();
  }

  /** Whether a folder of the original is this very one. */
  isIn(entry: WalkEntry): boolean {
    return entry.ino === this.#ino && entry.dev === this.#dev;
  }

  /** The permission bits that a copy gets. */
  modeOf(original: { readonly mode: number }): number {
    return original.mode & (0o777 | this.#specialBits);
  }

  /** Makes a folder, or where it can a subvolume, and goes into it. False when there is one of that name already. */
  enter(entry: WalkEntry, asSubvolume = false): boolean {
    const { name } = entry;
    const isMade = asSubvolume && makeSubvolumeIn(this.#folders.fd, name);
    const made = isMade ? 0 : this.#libc.mkdir(this.#folders.fd, name, 0o700);
    if (made === -Errno.EEXIST) return false;
    const fd = made < 0 ? made : this.#libc.open(this.#folders.fd, name, FOLDER_FLAGS);
    if (fd < 0) throw failed("copy", this.#to, entry.path, fd);
    this.#folders.push(fd);
    if (this.#earlier && this.#notEarlier === 0) {
      const there = this.#libc.open(this.#earlier.fd, name, FOLDER_FLAGS);
      if (there >= 0) this.#earlier.push(there);
      else this.#notEarlier = 1;
    } else this.#notEarlier++;
    return true;
  }

  /** Goes back up from a folder, which gets its attributes now that nothing more is made in it. */
  leave(entry: WalkEntry): void {
    const finish = (fd: number) => this.finish(fd, entry, entry);
    if (entry.parent === undefined) return finish(this.#root);
    this.#folders.pop(finish);
    if (this.#notEarlier > 0) this.#notEarlier--;
    else this.#earlier?.pop();
  }

  /** A new file, open for writing and reading, readable by nobody else yet. Nothing when there is something of that name already. */
  create(entry: WalkEntry): number | undefined {
    const flags = Open.BOTH | Open.CREATE | Open.EXCLUSIVE | Open.NOFOLLOW;
    const fd = this.#libc.open(this.#folders.fd, entry.name, flags, 0o600);
    if (fd === -Errno.EEXIST) return undefined;
    if (fd < 0) throw failed("copy", this.#to, entry.path, fd);
    return fd;
  }

  /** Makes the same symlink and answers its target. Nothing when it went away, or when there is something already. */
  symlink(entry: WalkEntry): Uint8Array<ArrayBuffer> | undefined {
    const length = this.#libc.readlink(entry.folder, entry.name, this.#target);
    if (length === -Errno.ENOENT || length === -Errno.EINVAL) return undefined;
    if (length < 0 || length === PATH_MAX) throw failed("read", this.#to, entry.path, length);
    this.#target[length] = 0;
    const target = this.#target.slice(0, length + 1);
    const { fd } = this.#folders;
    const made = this.#libc.symlink(target, fd, entry.name);
    if (made === -Errno.EEXIST) return undefined;
    if (made < 0) throw failed("copy", this.#to, entry.path, made);
    if (entry.uid !== this.#uid || entry.gid !== this.#gid) {
      // As for files: where we may not give it away it stays ours.
      if (this.#libc.chownAt(fd, entry.name, entry.uid, entry.gid) < 0) {
        this.#libc.chownAt(fd, entry.name, SAME, entry.gid);
      }
    }
    this.#libc.utimensAt(fd, entry.name, this.#timesOf(entry));
    return target.subarray(0, length);
  }

  /** Gives a file of this copy a second name. False when that cannot be, as with too many names. */
  link(first: WalkEntry, entry: WalkEntry): boolean {
    const path = first.pathBytes;
    if (path.length >= PATH_MAX) return false;
    // All folders on this path were made here, by us: no symlink is among them.
    const name: CName = new Uint8Array(path.length + 1);
    name.set(path);
    return this.#libc.link(this.#root, name, this.#folders.fd, entry.name) === 0;
  }

  /**
   * Makes a name for the file of the earlier copy that is the same as this one, and answers its inode's number. Nothing when there
   * is none, or `isSame` says no to a handle on it. Throws `no-hardlink` where the file system has no such names.
   */
  linkEarlier(entry: WalkEntry, isSame?: (file: TreeFile) => boolean): bigint | undefined {
    if (this.#earlier === undefined || this.#notEarlier > 0) return undefined;
    const { fd } = this.#folders;
    const there = this.#info;
    if (there.ofName(this.#earlier.fd, entry.name) !== 0 || !this.#isSame(entry, there)) return undefined;
    if (isSame && !this.#isSameContent(entry, this.#earlier.fd, isSame)) return undefined;
    const result = this.#libc.link(this.#earlier.fd, entry.name, fd, entry.name);
    // Too many names, another file system, not ours: then it is copied. But not everything, without a word.
    if (result !== 0) {
      if (!this.#hasLinked && NO_LINKS.has(-result)) throw noHardLinks(this.#to);
      return undefined;
    }
    this.#hasLinked = true;
    const made = this.#found;
    if (made.ofName(fd, entry.name) === 0 && made.ino === there.ino && made.dev === there.dev) {
      return made.ino;
    }
    this.#libc.unlink(fd, entry.name); // it was changed for another one just now
    return undefined;
  }

  #isSameContent(entry: WalkEntry, folder: number, isSame: (file: TreeFile) => boolean): boolean {
    const fd = this.#libc.open(folder, entry.name, Open.READ | Open.NOFOLLOW | Open.NONBLOCK);
    if (fd < 0) return false;
    using file = new TreeFile(this.#libc, this.#to, entry, fd, new FileInfo(this.#libc));
    return file.info.ofHandle(fd) === 0 && file.info.ino === this.#info.ino && isSame(file);
  }

  /** Whether an earlier copy is what a copy made now would be. Where owners cannot be kept, ours is as good. */
  #isSame(entry: WalkEntry, there: FileInfo): boolean {
    return there.kind === "file" && there.size === entry.size && there.mtimeNs === entry.mtimeNs &&
      there.mode === this.modeOf(entry) &&
      (there.uid === entry.uid || this.#uid !== 0 && there.uid === this.#uid) &&
      (there.gid === entry.gid || this.#uid !== 0 && there.gid === this.#gid);
  }

  /** Gives what is new the attributes of its original. */
  finish(fd: number, entry: WalkEntry, original: Attributes): void {
    const c = this.#libc;
    let mode = this.modeOf(original);
    if (original.uid !== this.#uid || original.gid !== this.#gid) {
      if (c.chown(fd, original.uid, original.gid) < 0) {
        c.chown(fd, SAME, original.gid);
        // The right to act as the owner is nothing for another owner.
        mode &= ~SETUID_SETGID;
      }
    }
    let result = c.chmod(fd, mode);
    if (result === 0) result = c.utimens(fd, this.#timesOf(original));
    if (result < 0) throw failed("copy", this.#to, entry.path, result);
  }

  #timesOf(original: Attributes): Uint8Array<ArrayBuffer> {
    this.#set(0, original.atimeNs);
    this.#set(2, original.mtimeNs);
    return new Uint8Array(this.#times.buffer);
  }

  /** Seconds and the nanoseconds after them, also before 1970. */
  #set(at: number, ns: bigint): void {
    const rest = ((ns % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
    this.#times[at] = (ns - rest) / 1_000_000_000n;
    this.#times[at + 1] = rest;
  }
}

function noHardLinks(to: string): KanibakoError {
  return new KanibakoError(
    "no-hardlink",
    `Cannot give a file two names in ${quotePath(to)}: its file system does not support that`,
    {
      hint: "Use another strategy, such as archive.",
    },
  );
}
