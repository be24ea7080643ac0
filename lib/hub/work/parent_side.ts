/**
 * What the parent's folder has at single paths: looked up by handle, one name at a time, and only where the helper made something.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { type Folder, openFolder } from "../../host/tree/folder.ts";
import { hashFile } from "../../host/tree/hash.ts";
import { rawName } from "../../host/tree/raw_name.ts";
import { walkTree } from "../../host/tree/walk.ts";
import { WalkEntry } from "../../host/tree/walk_entry.ts";
import { nameText } from "../../host/tree/raw_name.ts";
import type { ManifestLine } from "../../vault/checksums/manifest.ts";
import { type Now, SUM_BYTES } from "./differences.ts";
import type { Fork } from "./fork.ts";

/** Nobody looks through more than this of a folder that a helper wants to replace by something else. */
const MOST_BELOW = 100_000;
/** The time of a file may be that much older than the moment of its change, in milliseconds. */
const COARSE_MS = 100;

/** What was found at a path. */
export interface Found extends Omit<Now, "sum"> {
  readonly ino: bigint;
  readonly ctimeNs: bigint;
  /** The checksum of a regular file; made when it is asked for. */
  readonly sum: string | undefined;
}

/** The parent's folder. */
export class ParentSide implements Disposable {
  readonly #fork: Fork;
  readonly #root: Folder;
  /** The folders that lead to where the last look was. */
  #way: { readonly name: string; readonly folder: Folder }[] = [];

  /** `path`: the folder; the path itself is ours. */
  constructor(fork: Fork, path: string) {
    this.#fork = fork;
    this.#root = openFolder(path);
  }

  [Symbol.dispose](): void {
    for (const { folder } of this.#way.splice(0)) folder[Symbol.dispose]();
    this.#root[Symbol.dispose]();
  }

  /** What there is; `undefined`: nothing. `blocked`: what should be a folder on the way is none. */
  at(path: string): Found | "blocked" | undefined {
    const names = path.split("/");
    const last = names.pop()!;
    const folder = this.#go(names);
    if (folder === undefined || folder === "blocked") return folder;
    const info = folder.info(last);
    if (!info) return undefined;
    const { kind, size, mode, mtimeNs, ctimeNs, ino, nature } = info;
    const entry = new WalkEntry(undefined, folder.fd, rawName(last), info);
    return {
      kind,
      size: kind === "file" ? size : 0,
      mode: mode & 0o777,
      mtimeNs,
      ctimeNs,
      ino,
      nature,
      target: kind === "symlink" ? folder.readLink(last) : undefined,
      get sum() {
        return kind === "file" && size <= SUM_BYTES ? hashFile(folder.shown, entry, () => {}) : undefined;
      },
    };
  }

  /** Whether it still is what it was when the helper's work began. */
  isAsForked(was: ManifestLine, found: Found): boolean {
    if (was.kind !== found.kind) return false;
    if (was.kind === "folder") return true;
    if (was.kind === "symlink") return was.target === found.target;
    if (was.size !== found.size || !this.#isSameMode(was.mode, found.mode)) return false;
    // A copy was made of this very file; of a commit nobody knows what the folder had.
    const isOriginal = this.#fork.kind === "copy" && was.mtime === String(found.mtimeNs) &&
      found.ctimeNs < BigInt(this.#fork.startedAt - COARSE_MS) * 1_000_000n;
    return isOriginal || was.sha256 !== undefined && was.sha256 === found.sum;
  }

  /** Whether both are the same by now, whoever made them so. */
  isSame(now: Now, found: Found): boolean {
    if (now.kind !== found.kind) return false;
    if (now.kind === "folder") return true;
    if (now.kind === "symlink") return now.target === found.target;
    return now.kind === "file" && now.size === found.size && this.#isSameMode(now.mode, found.mode) &&
      now.sum !== undefined && now.sum === found.sum;
  }

  /** Whether all that is in a folder is what was in it: nothing of the parent's would be lost with it. */
  isFolderAsForked(path: string, was: ReadonlyMap<string, ManifestLine>): boolean {
    const folder = this.#go(path.split("/"));
    if (folder === undefined || folder === "blocked") return false;
    const paths: string[] = [];
    try {
      walkTree(folder.path, (entry) => void paths.push(`${path}/${nameText(entry.pathBytes)}`), {
        limits: { entries: MOST_BELOW },
      });
    } catch (error) {
      if (error instanceof KanibakoError) return false;
      throw error;
    }
    return paths.every((one) => {
      const [before, found] = [was.get(one), this.at(one)];
      return before !== undefined && found !== undefined && found !== "blocked" &&
        this.isAsForked(before, found);
    });
  }

  /** Git knows of a file's permissions only whether it can be executed. */
  #isSameMode(one: number, other: number): boolean {
    return this.#fork.kind === "worktree" ? ((one ^ other) & 0o100) === 0 : (one & 0o777) === other;
  }

  /** Goes to a folder, from where it was as far as that is the same way. */
  #go(names: readonly string[]): Folder | "blocked" | undefined {
    let same = 0;
    while (same < names.length && this.#way[same]?.name === names[same]) same++;
    for (const { folder } of this.#way.splice(same)) folder[Symbol.dispose]();
    for (const name of names.slice(same)) {
      const above = this.#way.at(-1)?.folder ?? this.#root;
      const kind = above.info(name)?.kind;
      if (kind === undefined) return undefined;
      if (kind !== "folder") return "blocked";
      const folder = opened(above, name);
      if (!folder) return "blocked";
      this.#way.push({ name, folder });
    }
    return this.#way.at(-1)?.folder ?? this.#root;
  }
}

/** A box may put something else in its place between the look and the opening. */
function opened(above: Folder, name: string): Folder | undefined {
  try {
    return above.open(name);
  } catch (error) {
    if (error instanceof KanibakoError && error.code === "unsafe-tree") return undefined;
    throw error;
  }
}
