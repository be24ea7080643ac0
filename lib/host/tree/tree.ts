/**
 * The only way to touch files a box can write: by directory handle, beneath a root, never through a symlink.
 *
 * A path is walked one name at a time. Each folder is opened without following a link, from the handle of the one before,
 * so a component that is swapped while we walk cannot lead anywhere else: what was opened is what is used. Names need not
 * be UTF-8: `raw_name.ts` says how they become text.
 *
 * @module
 */

import { KanibakoError } from "../error.ts";
import { type CName, cName, Errno, HERE, type Libc, libc, Open } from "../libc/libc.ts";
import { NameReader } from "../libc/names.ts";
import { FileInfo, type Kind } from "../libc/stat.ts";
import { quotePath } from "../ui/quote_path.ts";
import { shellQuote } from "../ui/text.ts";
import type { MakeOptions } from "./folder.ts";
import { failedAt } from "./limits.ts";
import { nameText, rawName } from "./raw_name.ts";
import { removeAt } from "./remove.ts";

export type { Kind } from "../libc/stat.ts";

/** One name in a folder. */
export interface TreeEntry {
  readonly name: string;
  readonly kind: Kind;
}

/** What is there, itself when a symlink. */
export interface TreeStat {
  readonly kind: Kind;
  /** Permission bits, setuid, setgid and sticky included. */
  readonly mode: number;
  /** In bytes. */
  readonly size: number;
  /** When its content changed, in milliseconds since 1970. */
  readonly mtimeMs: number;
}

/** Something lent to a child process. */
export interface Lent extends Disposable {
  /** Leads to exactly what was opened, in any process of this user, until this is disposed. */
  readonly path: string;
}

const FOLDER_FLAGS = Open.READ | Open.FOLDER | Open.NOFOLLOW;
/** Were a file swapped for a FIFO just now, opening it must not wait for a writer. */
const FILE_FLAGS = Open.READ | Open.NOFOLLOW | Open.NONBLOCK;
/** The longest target of a symlink. */
const LINK_BYTES = 4096;

/**
 * Opens a folder as a root. The root itself may be reached through symlinks: its path is ours, its content is not.
 *
 * Throws `cannot-open`.
 */
export function openTree(root: string): Tree {
  const fd = libc().open(HERE, cName(root), Open.READ | Open.FOLDER);
  if (fd < 0) throw failedAt("open", `the folder ${quotePath(root)}`, fd);
  return new Tree(root, fd);
}

/** A folder whose content may be hostile. Paths are relative to it; `.`, `..`, empty and absolute ones are refused. */
export class Tree implements Disposable {
  readonly #libc: Libc = libc();
  readonly #info = new FileInfo(this.#libc);
  readonly #root: string;
  #fd: number;

  /** Use {@link openTree}. */
  constructor(root: string, fd: number) {
    this.#root = root;
    this.#fd = fd;
  }

  /** Closes the handle. */
  [Symbol.dispose](): void {
    if (this.#fd >= 0) this.#libc.close(this.#fd);
    this.#fd = -1;
  }

  /** What is there; `undefined` when there is nothing, or when a folder on the way is missing. */
  kind(path: string): Kind | undefined {
    return this.#at(path, (folder, name) => this.#kindOf(path, folder, name));
  }

  /** As {@link Tree.kind}, with size, time and permissions. */
  stat(path: string): TreeStat | undefined {
    return this.#at(path, (folder, name) => {
      if (this.#kindOf(path, folder, name) === undefined) return undefined;
      const { kind, mode, size, mtimeNs } = this.#info;
      return { kind, mode, size, mtimeMs: Number(mtimeNs) / 1e6 };
    });
  }

  /**
   * The content of a regular file, or `undefined` when there is none.
   *
   * Throws `unsafe-tree` when it, or a folder on the way, is something else, and `too-large` above `maxBytes`.
   */
  readFile(path: string, maxBytes: number): Uint8Array<ArrayBuffer> | undefined {
    return this.#at(path, (folder, name) => {
      const fd = this.#openFound(path, folder, name, "file");
      if (fd === undefined) return undefined;
      try {
        const content = new Uint8Array(Math.min(maxBytes, this.#info.size) + 1);
        let length = 0;
        while (length < content.length) {
          const count = this.#libc.read(fd, content.subarray(length));
          if (count < 0) throw this.#cannot("read", path, count);
          if (count === 0) break;
          length += count;
        }
        if (length <= maxBytes) return content.subarray(0, length); // were it growing: as of now
        throw new KanibakoError(
          "too-large",
          `Cannot read ${this.#name(path)}: it is larger than ${maxBytes} bytes`,
        );
      } finally {
        this.#libc.close(fd);
      }
    });
  }

  /** The target of a symlink, as text; `undefined` when there is no symlink. */
  readLink(path: string): string | undefined {
    return this.#at(path, (folder, name) => {
      const into = new Uint8Array(LINK_BYTES);
      const length = this.#libc.readlink(folder, name, into);
      if (length === -Errno.EINVAL || length === -Errno.ENOENT) return undefined;
      if (length < 0) throw this.#cannot("read", path, length);
      return nameText(into.subarray(0, length));
    });
  }

  /** Makes a folder and those above it. Existing folders stay as they are. `unsafe-tree` when a name is anything else. */
  makeFolder(path: string, options: MakeOptions): void {
    this.#walk(split(path), path, () => undefined, (folder, name) => {
      const made = this.#libc.mkdir(folder, name, options.mode & 0o777);
      if (made === -Errno.EEXIST) return;
      if (made < 0) throw this.#cannot("create", path, made);
      const fd = this.#openFolder(path, folder, name);
      if (fd !== undefined) this.#finish(path, fd, options);
    });
  }

  /**
   * Makes a file, empty or with this content, unless there is one; its folder must be there. `unsafe-tree` when the name is anything
   * else.
   */
  makeFile(path: string, options: MakeOptions, content?: Uint8Array<ArrayBuffer>): void {
    const found = this.#at(path, (folder, name) => {
      const flags = Open.WRITE | Open.CREATE | Open.EXCLUSIVE | Open.NOFOLLOW;
      const fd = this.#libc.open(folder, name, flags, options.mode & 0o777);
      if (fd === -Errno.EEXIST) {
        const kind = this.#kindOf(path, folder, name) ?? "file";
        if (kind !== "file") throw this.#unsafe(path, kind);
      } else if (fd < 0) throw this.#cannot("create", path, fd);
      else this.#finish(path, fd, options, content);
      return true;
    });
    if (!found) throw this.#folderMissing(path);
  }

  /** Makes a symlink, which may lead anywhere, unless the name is taken; its folder must be there. */
  makeLink(path: string, target: string, owner?: MakeOptions["owner"]): void {
    const found = this.#at(path, (folder, name) => {
      const made = this.#libc.symlink(rawName(target), folder, name);
      if (made === -Errno.EEXIST) return true;
      const result = made === 0 && owner ? this.#libc.chownAt(folder, name, owner.uid, owner.gid) : made;
      if (result < 0) throw this.#cannot("create", path, result);
      return true;
    });
    if (!found) throw this.#folderMissing(path);
  }

  #folderMissing(path: string): KanibakoError {
    return new KanibakoError("cannot-create", `Cannot create ${this.#name(path)}: its folder is missing`);
  }

  /**
   * The names in a folder (`""`: the root), at most `limit` of them, in no order; `undefined` when there is no folder.
   * Throws `unsafe-tree` when the name is anything else.
   */
  list(path: string, limit: number): { entries: TreeEntry[]; truncated: boolean } | undefined {
    if (path === "") {
      // A handle of its own: reading the names moves it.
      const fd = this.#libc.open(this.#fd, cName("."), FOLDER_FLAGS);
      if (fd < 0) throw this.#cannot("open", path, fd);
      return this.#entries(path, fd, limit);
    }
    return this.#at(path, (folder, name) => {
      const fd = this.#openFolder(path, folder, name);
      return fd === undefined ? undefined : this.#entries(path, fd, limit);
    });
  }

  /**
   * A regular file or a folder (`""`: the root) for a child process to read: by the handle, so that nothing can be put in its place.
   * `undefined` when there is nothing; `unsafe-tree` when it, or a folder on the way, is something else.
   */
  lend(path: string): Lent | undefined {
    // The tree's own handle, which stays with it.
    if (path === "") return { path: `/proc/${Deno.pid}/fd/${this.#fd}`, [Symbol.dispose]: () => {} };
    return this.#at(path, (folder, name) => {
      const fd = this.#openFound(path, folder, name, "file", "folder");
      if (fd === undefined) return undefined;
      const close = () => void this.#libc.close(fd);
      return { path: `/proc/${Deno.pid}/fd/${fd}`, [Symbol.dispose]: close };
    });
  }

  /** Removes a file, a symlink itself, or a folder with all it holds, as `removeTree` does. No error when there is nothing. */
  async remove(path: string): Promise<void> {
    const parent = this.#at(path, (folder, name) => {
      // The parent's handle must outlive this walk, so it is opened for itself.
      const fd = this.#libc.open(folder, cName("."), FOLDER_FLAGS);
      if (fd < 0) throw this.#cannot("open", path, fd);
      return { fd, name };
    });
    if (parent === undefined) return;
    try {
      await removeAt(parent.fd, parent.name, `${this.#root}/${path}`);
    } finally {
      this.#libc.close(parent.fd);
    }
  }

  /** Runs `use` with a handle on the folder that holds the last name; `undefined` when a folder on the way is missing. */
  #at<T>(path: string, use: (folder: number, name: CName) => T): T | undefined {
    const names = split(path);
    const last = names.pop()!;
    return this.#walk(names, path, (folder) => use(folder, last));
  }

  #walk<T>(
    names: readonly CName[],
    path: string,
    then: (folder: number) => T,
    before?: (folder: number, name: CName) => void,
  ): T | undefined {
    let folder = this.#fd;
    try {
      for (const name of names) {
        before?.(folder, name);
        const next = this.#openFolder(path, folder, name);
        if (next === undefined) return undefined;
        if (folder !== this.#fd) this.#libc.close(folder);
        folder = next;
      }
      return then(folder);
    } finally {
      if (folder !== this.#fd) this.#libc.close(folder);
    }
  }

  #openFolder(path: string, folder: number, name: CName): number | undefined {
    const fd = this.#libc.open(folder, name, FOLDER_FLAGS);
    switch (-fd) {
      case Errno.ENOENT:
        return undefined;
      case Errno.ENOTDIR:
      case Errno.ELOOP:
        throw this.#unsafe(path, this.#kindOf(path, folder, name) ?? "symlink", name);
    }
    if (fd < 0) throw this.#cannot("open", path, fd);
    return fd;
  }

  /** Opens what has one of these kinds, and leaves in `#info` what was opened. Whatever else there is, is not opened. */
  #openFound(path: string, folder: number, name: CName, ...kinds: readonly Kind[]): number | undefined {
    const kind = this.#kindOf(path, folder, name);
    if (kind === undefined) return undefined;
    if (!kinds.includes(kind)) throw this.#unsafe(path, kind);
    const fd = this.#libc.open(folder, name, FILE_FLAGS);
    if (fd === -Errno.ENOENT) return undefined;
    if (fd === -Errno.ELOOP) throw this.#unsafe(path, "symlink");
    if (fd < 0) throw this.#cannot("read", path, fd);
    const result = this.#info.ofHandle(fd);
    if (result === 0 && kinds.includes(this.#info.kind)) return fd;
    this.#libc.close(fd);
    throw result < 0 ? this.#cannot("read", path, result) : this.#unsafe(path, this.#info.kind);
  }

  /** The kind of a name, with all else in `#info`. */
  #kindOf(path: string, folder: number, name: CName): Kind | undefined {
    const result = this.#info.ofName(folder, name);
    if (result === -Errno.ENOENT) return undefined;
    if (result < 0) throw this.#cannot("read", path, result);
    return this.#info.kind;
  }

  /** Gives what was just made its permissions and owner, and closes it. */
  #finish(path: string, fd: number, { mode, owner }: MakeOptions, content?: Uint8Array<ArrayBuffer>): void {
    try {
      for (let rest = content ?? new Uint8Array(); rest.length > 0;) {
        const count = this.#libc.write(fd, rest);
        if (count <= 0) throw this.#cannot("write", path, count);
        rest = rest.subarray(count);
      }
      const result = this.#libc.chmod(fd, mode);
      if (result < 0) throw this.#cannot("create", path, result);
      const given = owner ? this.#libc.chown(fd, owner.uid, owner.gid) : 0;
      if (given < 0) throw this.#cannot("create", path, given);
    } finally {
      this.#libc.close(fd);
    }
  }

  /** The names in an open folder, which is closed then. */
  #entries(path: string, fd: number, limit: number): { entries: TreeEntry[]; truncated: boolean } {
    try {
      const entries: TreeEntry[] = [];
      const names = new NameReader(this.#libc).read(fd);
      let next = names.next();
      for (; !next.done; next = names.next()) {
        if (entries.length === limit) return { entries, truncated: true };
        const { name } = next.value;
        const kind = this.#kindOf(path, fd, name);
        if (kind !== undefined) entries.push({ name: nameText(name.subarray(0, -1)), kind });
      }
      if (next.value < 0) throw this.#cannot("read", path, next.value);
      return { entries, truncated: false };
    } finally {
      this.#libc.close(fd);
    }
  }

  #name(path: string): string {
    return quotePath(path === "" ? this.#root : `${this.#root}/${path}`);
  }

  #cannot(action: string, path: string, result: number): KanibakoError {
    return failedAt(action, this.#name(path), result);
  }

  #unsafe(path: string, kind: Kind, name?: CName): KanibakoError {
    const what = kind === "other" ? "neither a file nor a folder" : `a ${kind}`;
    const where = name ? `${shellQuote(new TextDecoder().decode(name.subarray(0, -1)))} is` : "it is";
    return new KanibakoError("unsafe-tree", `Cannot use ${this.#name(path)}: ${where} ${what}`, {
      hint: "The box can write there. Check it from inside the box, and remove it if it is not yours.",
    });
  }
}

/** The names of a path, each as the C library wants it. */
function split(path: string): CName[] {
  const names = path.split("/");
  if (names.some((name) => name === "" || name === "." || name === "..") || path.includes("\0")) {
    throw new KanibakoError("bad-path", `Cannot use the path ${shellQuote(path)} below a folder`);
  }
  return names.map(rawName);
}
