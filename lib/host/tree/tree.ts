/**
 * The only way to touch files a box can write: by directory handle, beneath a root, never through a symlink.
 *
 * A path is walked one name at a time. Each folder is opened with `O_NOFOLLOW` from the handle of the one before (as
 * `/proc/self/fd/N/name`), so a component that is swapped while we walk cannot lead anywhere else: what was opened is
 * what is used. `node:fs` is the only way in Deno to open with flags; it costs 14 ms, so it is loaded on first use.
 *
 * @module
 */

import { KanibakoError } from "../error.ts";
import { beneath, code, type Kind, kindOf, lstat, type NodeFs, nodeFs } from "./old_handle.ts";
import { shellQuote } from "../ui/text.ts";
import { removeAt } from "./old_remove.ts";

export { removeTree } from "./old_remove.ts";
export type { Kind } from "./old_handle.ts";

/** One name in a folder. */
export interface TreeEntry {
  readonly name: string;
  readonly kind: Kind;
}

/** How something new is made. */
export interface MakeOptions {
  /** Permission bits, whatever the umask says. */
  readonly mode: number;
  /** Who gets it, where we may give it away. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/** Something lent to a child process. */
export interface Lent extends Disposable {
  /** Leads to exactly what was opened, in any process of this user, until this is disposed. */
  readonly path: string;
}

/** Opens a folder as a root. The root itself may be reached through symlinks: its path is ours, its content is not. */
export async function openTree(root: string): Promise<Tree> {
  const fs = await nodeFs();
  try {
    return new Tree(fs, root, fs.openSync(root, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY));
  } catch (cause) {
    throw new KanibakoError("cannot-open", `Cannot open the folder ${shellQuote(root)}: ${code(cause)}`, {
      cause,
    });
  }
}

/** A folder whose content may be hostile. Paths are relative to it; `.`, `..`, empty and absolute ones are refused. */
export class Tree implements Disposable {
  readonly #fs: NodeFs;
  readonly #root: string;
  #fd: number;

  /** Use {@link openTree}. */
  constructor(fs: NodeFs, root: string, fd: number) {
    this.#fs = fs;
    this.#root = root;
    this.#fd = fd;
  }

  /** Closes the handle. */
  [Symbol.dispose](): void {
    if (this.#fd >= 0) this.#fs.closeSync(this.#fd);
    this.#fd = -1;
  }

  /** What is there; `undefined` when there is nothing, or when a folder on the way is missing. */
  kind(path: string): Kind | undefined {
    return this.#at(path, (folder, name) => kindOf(lstat(this.#fs, folder, name)));
  }

  /**
   * The content of a regular file, or `undefined` when there is none.
   *
   * Throws `unsafe-tree` when it, or a folder on the way, is something else, and `too-large` above `maxBytes`.
   */
  readFile(path: string, maxBytes: number): Uint8Array | undefined {
    return this.#at(path, (folder, name) => {
      const fs = this.#fs;
      const kind = kindOf(lstat(fs, folder, name));
      if (kind === undefined) return undefined;
      if (kind !== "file") throw this.#unsafe(path, kind);
      const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
      let fd: number;
      try {
        // O_NONBLOCK: were it swapped for a FIFO just now, opening must not wait for a writer.
        fd = fs.openSync(beneath(folder, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      } catch (cause) {
        if (code(cause) === "ENOENT") return undefined;
        throw code(cause) === "ELOOP" ? this.#unsafe(path, "symlink") : this.#cannot("read", path, cause);
      }
      try {
        if (!fs.fstatSync(fd).isFile()) throw this.#unsafe(path, "other");
        const content = new Uint8Array(Math.min(maxBytes, fs.fstatSync(fd).size) + 1);
        let length = 0;
        while (length < content.length) {
          const count = fs.readSync(fd, content, length, content.length - length, null);
          if (count === 0) return content.subarray(0, length);
          length += count;
        }
        if (length <= maxBytes) return content.subarray(0, length); // it grew while we read: as of now
        throw new KanibakoError(
          "too-large",
          `Cannot read ${this.#name(path)}: it is larger than ${maxBytes} bytes`,
        );
      } finally {
        fs.closeSync(fd);
      }
    });
  }

  /** The target of a symlink, as text; `undefined` when there is no symlink. */
  readLink(path: string): string | undefined {
    return this.#at(path, (folder, name) => {
      if (kindOf(lstat(this.#fs, folder, name)) !== "symlink") return undefined;
      try {
        return this.#fs.readlinkSync(beneath(folder, name));
      } catch (cause) {
        if (["EINVAL", "ENOENT"].includes(code(cause))) return undefined;
        throw this.#cannot("read", path, cause);
      }
    });
  }

  /** The permission bits, size in bytes and time of change (ms since 1970) of what is there, itself when a symlink. */
  stat(path: string): { kind: Kind; mode: number; size: number; mtimeMs: number } | undefined {
    return this.#at(path, (folder, name) => {
      const info = lstat(this.#fs, folder, name);
      const kind = kindOf(info);
      return info && kind && { kind, mode: info.mode & 0o7777, size: info.size, mtimeMs: info.mtimeMs };
    });
  }

  /** Makes a folder and those above it. Existing folders stay as they are. `unsafe-tree` when a name is anything else. */
  makeFolder(path: string, options: MakeOptions): void {
    const fs = this.#fs;
    this.#walk(split(path), (folder, name) => {
      try {
        fs.mkdirSync(beneath(folder, name), { mode: options.mode });
      } catch (cause) {
        if (code(cause) === "EEXIST") return;
        throw this.#cannot("create", path, cause);
      }
      const fd = this.#openFolder(folder, name, path);
      try {
        fs.fchmodSync(fd, options.mode);
        if (options.owner) fs.fchownSync(fd, options.owner.uid, options.owner.gid);
      } finally {
        fs.closeSync(fd);
      }
    }, () => undefined);
  }

  /** Makes an empty file unless there is one; its folder must be there. `unsafe-tree` when the name is anything else. */
  makeFile(path: string, options: MakeOptions): void {
    const fs = this.#fs;
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = fs.constants;
    const found = this.#at(path, (folder, name) => {
      let fd: number;
      try {
        fd = fs.openSync(beneath(folder, name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, options.mode);
      } catch (cause) {
        if (code(cause) !== "EEXIST") throw this.#cannot("create", path, cause);
        const kind = kindOf(lstat(fs, folder, name)) ?? "file";
        if (kind !== "file") throw this.#unsafe(path, kind);
        return true;
      }
      try {
        fs.fchmodSync(fd, options.mode);
        if (options.owner) fs.fchownSync(fd, options.owner.uid, options.owner.gid);
      } finally {
        fs.closeSync(fd);
      }
      return true;
    });
    if (!found) throw this.#cannot("create", path, new Error("its folder is missing"));
  }

  /**
   * The names in a folder (`""`: the root), at most `limit` of them, in no order; `undefined` when there is no folder.
   * A name that is not valid UTF-8 comes with replacement characters and cannot be opened again.
   */
  list(path: string, limit: number): { entries: TreeEntry[]; truncated: boolean } | undefined {
    const read = (fd: number) => {
      const entries: TreeEntry[] = [];
      for (const entry of Deno.readDirSync(`/proc/self/fd/${fd}`)) {
        if (entries.length === limit) return { entries, truncated: true };
        const kind = entry.isFile
          ? "file"
          : entry.isDirectory
          ? "folder"
          : entry.isSymlink
          ? "symlink"
          : "other";
        entries.push({ name: entry.name, kind });
      }
      return { entries, truncated: false };
    };
    if (path === "") return read(this.#fd);
    return this.#at(path, (folder, name) => {
      if (kindOf(lstat(this.#fs, folder, name)) === undefined) return undefined;
      const fd = this.#openFolder(folder, name, path);
      try {
        return read(fd);
      } finally {
        this.#fs.closeSync(fd);
      }
    });
  }

  /**
   * A regular file or a folder for a child process to read: by the handle, so that nothing can be put in its place.
   * `undefined` when there is nothing; `unsafe-tree` when it, or a folder on the way, is something else.
   */
  lend(path: string): Lent | undefined {
    return this.#at(path, (folder, name) => {
      const fs = this.#fs;
      const kind = kindOf(lstat(fs, folder, name));
      if (kind === undefined) return undefined;
      if (kind !== "file" && kind !== "folder") throw this.#unsafe(path, kind);
      const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY } = fs.constants;
      const own = kind === "folder" ? O_DIRECTORY : O_NONBLOCK;
      let fd: number;
      try {
        fd = fs.openSync(beneath(folder, name), O_RDONLY | O_NOFOLLOW | own);
      } catch (cause) {
        if (code(cause) === "ENOENT") return undefined;
        throw code(cause) === "ELOOP" ? this.#unsafe(path, "symlink") : this.#cannot("read", path, cause);
      }
      const lent = { path: `/proc/${Deno.pid}/fd/${fd}`, [Symbol.dispose]: () => fs.closeSync(fd) };
      const opened = fs.fstatSync(fd);
      if (opened.isFile() || opened.isDirectory()) return lent;
      lent[Symbol.dispose]();
      throw this.#unsafe(path, "other");
    });
  }

  /** Removes a file, a symlink itself, or a folder with all it holds. No error when there is nothing. */
  async remove(path: string): Promise<void> {
    const names = split(path);
    const last = names.pop()!;
    // The parent's handle must outlive the walk, so it is opened for itself.
    let parent = this.#fs.openSync(`/proc/self/fd/${this.#fd}`, this.#fs.constants.O_RDONLY);
    try {
      for (const name of names) {
        if (kindOf(lstat(this.#fs, parent, name)) === undefined) return;
        const next = this.#openFolder(parent, name, path);
        this.#fs.closeSync(parent);
        parent = next;
      }
      await removeAt(this.#fs, parent, last, `${this.#root}/${path}`);
    } finally {
      this.#fs.closeSync(parent);
    }
  }

  /** Runs `use` with a handle on the folder that holds the last name; `undefined` when a folder on the way is missing. */
  #at<T>(path: string, use: (folder: number, name: string) => T): T | undefined {
    const names = split(path);
    const last = names.pop()!;
    return this.#walk(names, () => {}, (folder) => use(folder, last), path);
  }

  #walk<T>(
    names: readonly string[],
    before: (folder: number, name: string) => void,
    then: (folder: number) => T,
    path: string = names.join("/"),
  ): T | undefined {
    let folder = this.#fd;
    try {
      for (const name of names) {
        before(folder, name);
        if (kindOf(lstat(this.#fs, folder, name)) === undefined) return undefined;
        const next = this.#openFolder(folder, name, path);
        if (folder !== this.#fd) this.#fs.closeSync(folder);
        folder = next;
      }
      return then(folder);
    } finally {
      if (folder !== this.#fd) this.#fs.closeSync(folder);
    }
  }

  #openFolder(folder: number, name: string, path: string): number {
    const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = this.#fs.constants;
    try {
      return this.#fs.openSync(beneath(folder, name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    } catch (cause) {
      if (["ENOTDIR", "ELOOP"].includes(code(cause))) {
        throw this.#unsafe(path, kindOf(lstat(this.#fs, folder, name)) ?? "symlink", name);
      }
      throw this.#cannot("open", path, cause);
    }
  }

  #name(path: string): string {
    return shellQuote(`${this.#root}/${path}`);
  }

  #cannot(action: string, path: string, cause: unknown): KanibakoError {
    const why = code(cause);
    return new KanibakoError(`cannot-${action}`, `Cannot ${action} ${this.#name(path)}: ${why}`, { cause });
  }

  #unsafe(path: string, kind: Kind, name?: string): KanibakoError {
    const what = kind === "other" ? "neither a file nor a folder" : `a ${kind}`;
    const where = name === undefined ? "it is" : `${shellQuote(name)} is`;
    return new KanibakoError("unsafe-tree", `Cannot use ${this.#name(path)}: ${where} ${what}`, {
      hint: "The box can write there. Look at it from inside the box, and remove it if it is not yours.",
    });
  }
}

function split(path: string): string[] {
  const names = path.split("/");
  if (names.some((name) => name === "" || name === "." || name === "..") || path.includes("\0")) {
    throw new KanibakoError("bad-path", `Cannot use the path ${shellQuote(path)} below a folder`);
  }
  return names;
}
