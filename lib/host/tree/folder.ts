/**
 * Folders held by their handle: what is reached through one is in that very folder, whatever its path leads to by then.
 *
 * @module
 */

import { KanibakoError } from "../error.ts";
import { type CName, cName, Errno, HERE, libc, Open, Rename } from "../libc/libc.ts";
import { FileInfo } from "../libc/stat.ts";
import { NameReader } from "../libc/names.ts";
import { mountOf } from "../mounts.ts";
import { quotePath } from "../ui/quote_path.ts";
import { shellQuote } from "../ui/text.ts";
import { failedAt, tooLarge } from "./limits.ts";
import { nameText, rawName } from "./raw_name.ts";
import { walkTree } from "./walk.ts";

/** What a file system or a kernel answers that cannot rename in the way asked for. */
const CANNOT: readonly number[] = [-Errno.EINVAL, -Errno.ENOSYS, -Errno.EOPNOTSUPP];

/** The longest target of a symlink. */
const LINK_BYTES = 4096;

/** tmpfs and ramfs, as `statfs` numbers them. */
const IN_MEMORY: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

/** How something new is made. */
export interface MakeOptions {
  /** Permission bits, whatever the umask says. */
  readonly mode: number;
  /** Who gets it, where we may give it away. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/** An open folder. */
export class Folder implements Disposable {
  /** Its handle. */
  readonly fd: number;
  /** A path that leads to it as long as it is open, in this process only. */
  readonly path: string;
  /** Its path when it was opened, for messages. */
  readonly shown: string;
  #open = true;

  /** Use {@link openFolder} or {@link Folder.open}. */
  constructor(fd: number, shown: string) {
    this.fd = fd;
    this.path = `/proc/self/fd/${fd}`;
    this.shown = shown;
  }

  /** Closes it. */
  [Symbol.dispose](): void {
    if (this.#open) libc().close(this.fd);
    this.#open = false;
  }

  /** Another handle on it. */
  again(): Folder {
    const fd = libc().open(this.fd, cName("."), Open.READ | Open.FOLDER);
    if (fd < 0) throw failed("open", this.shown, fd);
    return new Folder(fd, this.shown);
  }

  /** The folder of that name in it; `undefined` when there is none. `unsafe-tree` when it is a link or a file. */
  open(name: string): Folder | undefined {
    const shown = `${this.shown}/${name}`;
    const fd = libc().open(this.fd, entryName(name), Open.READ | Open.FOLDER | Open.NOFOLLOW);
    if (fd >= 0) return new Folder(fd, shown);
    if (fd === -Errno.ENOENT) return undefined;
    if (fd === -Errno.ENOTDIR || fd === -Errno.ELOOP) {
      throw new KanibakoError("unsafe-tree", `Cannot use ${shellQuote(shown)}: it is not a folder`, {
        hint: "A box may have put it there. Check it, and remove it if it is not yours.",
      });
    }
    throw failed("open", shown, fd);
  }

  /** As {@link Folder.open}, through several folders: `a/b`. */
  openPath(path: string): Folder | undefined {
    let at: Folder | undefined;
    for (const name of path.split("/")) {
      const next = (at ?? this).open(name);
      at?.[Symbol.dispose]();
      if (!next) return undefined;
      at = next;
    }
    return at;
  }

  /** Makes a folder in it; false when the name is taken. */
  make(name: string, mode: number): boolean {
    const result = libc().mkdir(this.fd, entryName(name), mode);
    if (result === -Errno.EEXIST) return false;
    if (result < 0) throw failed("create", `${this.shown}/${name}`, result);
    return true;
  }

  /** The names in it, in no order, as `raw_name.ts` makes text of them. At most `limit`: beyond that the error `too-large`. */
  names(limit: number): string[] {
    const c = libc();
    // A handle of its own: reading the names moves it.
    const fd = c.open(this.fd, cName("."), Open.READ | Open.FOLDER | Open.NOFOLLOW);
    if (fd < 0) throw failed("read", this.shown, fd);
    try {
      const found: string[] = [];
      const names = new NameReader(c).read(fd);
      let next = names.next();
      for (; !next.done; next = names.next()) {
        if (found.length === limit) throw tooLarge(this.shown, "entries", limit);
        found.push(nameText(next.value.name.subarray(0, -1)));
      }
      if (next.value < 0) throw failed("read", this.shown, next.value);
      return found;
    } finally {
      c.close(fd);
    }
  }

  /** Where a symlink in it points, as text without loss; `undefined` when the name is none. */
  readLink(name: string): string | undefined {
    const into = new Uint8Array(LINK_BYTES);
    const length = libc().readlink(this.fd, entryName(name), into);
    if (length === -Errno.EINVAL || length === -Errno.ENOENT) return undefined;
    if (length < 0) throw failed("read", `${this.shown}/${name}`, length);
    return nameText(into.subarray(0, length));
  }

  /** Removes a name that is no folder. No error when there is nothing. */
  unlink(name: string): void {
    const result = libc().unlink(this.fd, entryName(name));
    if (result < 0 && result !== -Errno.ENOENT) throw failed("remove", `${this.shown}/${name}`, result);
  }

  /** Removes an empty folder; false when there is something in it, or it is none. */
  removeEmpty(name: string): boolean {
    const result = libc().rmdir(this.fd, entryName(name));
    if (result === -Errno.ENOTEMPTY || result === -Errno.EEXIST || result === -Errno.ENOTDIR) return false;
    if (result < 0 && result !== -Errno.ENOENT) throw failed("remove", `${this.shown}/${name}`, result);
    return true;
  }

  /** What a name in it is, itself when a symlink; `undefined` when there is nothing. */
  info(name: string): FileInfo | undefined {
    const info = new FileInfo(libc());
    const result = info.ofName(this.fd, entryName(name));
    if (result === -Errno.ENOENT) return undefined;
    if (result < 0) throw failed("look at", `${this.shown}/${name}`, result);
    return info;
  }

  /** What the folder itself is. */
  self(): FileInfo {
    const info = new FileInfo(libc());
    const result = info.ofHandle(this.fd);
    if (result < 0) throw failed("look at", this.shown, result);
    return info;
  }

  /** Gives the folder itself to somebody. */
  give(uid: number, gid: number): void {
    const result = libc().chown(this.fd, uid, gid);
    if (result < 0) throw failed("change", this.shown, result);
  }

  /** Sets the folder's own permission bits. */
  setMode(mode: number): void {
    const result = libc().chmod(this.fd, mode);
    if (result < 0) throw failed("change", this.shown, result);
  }

  /** Whether its file system is in memory only. */
  isInMemory(): boolean {
    return IN_MEMORY.has(libc().fileSystem(this.fd));
  }

  /** Sets the folder's own times, in nanoseconds since 1970. */
  setTimes({ atimeNs, mtimeNs }: { readonly atimeNs: bigint; readonly mtimeNs: bigint }): void {
    const second = 1_000_000_000n;
    const times = [atimeNs, mtimeNs].flatMap((ns) => [ns / second, ns % second]);
    libc().utimens(this.fd, new Uint8Array(new BigInt64Array(times).buffer));
  }

  /** Gives us all permissions on a folder in it that is ours, where its mode forbids them. Follows no link. */
  unlock(name: string): void {
    const info = this.info(name);
    if (info?.kind !== "folder" || info.uid !== Deno.uid() || (info.mode & 0o700) === 0o700) return;
    const fd = libc().open(this.fd, entryName(name), Open.PATH | Open.FOLDER | Open.NOFOLLOW);
    if (fd < 0) throw failed("change", `${this.shown}/${name}`, fd);
    try {
      // A handle of this kind needs no permission, and can be changed by the path that leads to it only.
      Deno.chmodSync(`/proc/self/fd/${fd}`, info.mode | 0o700);
    } finally {
      libc().close(fd);
    }
  }

  /** The mount it is on. A bind mount of the same file system is another one. */
  mount(): bigint | undefined {
    return mountOf(this.self(), this.fd);
  }

  /** Waits until all of its file system is on the disk, whatever is cut then. */
  sync(): void {
    const result = libc().syncfs(this.fd);
    if (result < 0) throw failed("write", this.shown, result);
  }

  /** Gives a name of this folder to another folder; a file there is replaced. */
  move(name: string, to: Folder, toName: string): void {
    const result = libc().rename(this.fd, entryName(name), to.fd, entryName(toName), 0);
    if (result < 0) throw failed("move", `${this.shown}/${name}`, result);
  }

  /** As {@link Folder.move}; false when the new name is taken. */
  moveNew(name: string, to: Folder, toName: string): boolean {
    const rename = (flags: number) =>
      libc().rename(this.fd, entryName(name), to.fd, entryName(toName), flags);
    let result = rename(Rename.NOREPLACE);
    if (result === -Errno.EEXIST) return false;
    if (CANNOT.includes(result)) {
      // Over a network nobody promises that. Those who would take the name at the same moment hold a lock, too.
      if (to.info(toName)) return false;
      result = rename(0);
    }
    if (result < 0) throw failed("move", `${this.shown}/${name}`, result);
    return true;
  }

  /**
   * Moves a name to another folder where nothing has the new name: `taken` when something has, `other-disk` when that folder is on
   * another file system, to which a name cannot be moved.
   */
  moveAcross(name: string, to: Folder, toName: string): "moved" | "taken" | "other-disk" {
    const rename = (flags: number) =>
      libc().rename(this.fd, entryName(name), to.fd, entryName(toName), flags);
    let result = rename(Rename.NOREPLACE);
    if (CANNOT.includes(result)) result = to.info(toName) ? -Errno.EEXIST : rename(0);
    if (result === -Errno.EEXIST) return "taken";
    if (result === -Errno.EXDEV) return "other-disk";
    if (result < 0) throw failed("move", `${this.shown}/${name}`, result);
    return "moved";
  }

  /** Swaps two names at once, so that neither is ever missing. False where the file system cannot. */
  swap(name: string, other: Folder, otherName: string): boolean {
    const result = libc().rename(this.fd, entryName(name), other.fd, entryName(otherName), Rename.EXCHANGE);
    if (result >= 0) return true;
    if (CANNOT.includes(result)) return false;
    throw failed("swap", `${this.shown}/${name}`, result);
  }
}

/** Opens a folder whose path is ours: symlinks on the way are followed. */
export function openFolder(path: string): Folder {
  const fd = libc().open(HERE, cName(path), Open.READ | Open.FOLDER);
  if (fd < 0) throw failed("open", path, fd);
  return new Folder(fd, path);
}

/** Moves all that is in a folder into the one above it, which then is as the folder was, and removes the folder. */
export function moveUp(above: Folder, name: string): void {
  const c = libc();
  {
    using from = above.open(name)!;
    const { uid, gid, mode, atimeNs, mtimeNs } = from.self();
    walkTree(from.path, (entry) => {
      const result = c.rename(from.fd, entry.name, above.fd, entry.name, Rename.NOREPLACE);
      if (result < 0) throw failed("move", `${from.shown}/${entry.path}`, result);
      return "skip";
    }, { sorted: true }); // sorted: all names are read before the first is moved
    Deno.removeSync(`${above.path}/${name}`);
    if (Deno.uid() === 0) c.chown(above.fd, uid, gid);
    c.chmod(above.fd, mode & 0o777);
    above.setTimes({ atimeNs, mtimeNs });
  }
}

/** One name, checked. */
function entryName(name: string): CName {
  if (name === "" || name === "." || name === ".." || name.includes("/") || name.includes("\0")) {
    throw new KanibakoError("bad-path", `Cannot use the name ${shellQuote(name)} in a folder`);
  }
  return rawName(name);
}

function failed(action: string, shown: string, result: number): KanibakoError {
  return failedAt(action, quotePath(shown), result);
}
