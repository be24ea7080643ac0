/**
 * What the parent's folder has where the helper made something, and whether the parent made it since the helper began.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { type Folder, openFolder } from "../../host/tree/folder.ts";
import { nameText } from "../../host/tree/raw_name.ts";
import { walkTree } from "../../host/tree/walk.ts";
import type { ManifestLine } from "../../vault/checksums/manifest.ts";
import type { Now } from "./differences.ts";
import type { Fork } from "./fork.ts";
import { type Found, PathLooker } from "./path_looker.ts";

/** Nobody looks through more than this of a folder that a helper wants to replace by something else. */
const MOST_BELOW = 100_000;
/** The time of a file may be that much older than the moment of its change, in milliseconds. */
const COARSE_MS = 100;

/** The parent's folder. */
export class ParentSide implements Disposable {
  readonly #fork: Fork;
  readonly #root: Folder;
  readonly #looker: PathLooker;

  /** `path`: the folder; the path itself is ours. */
  constructor(fork: Fork, path: string) {
    this.#fork = fork;
    this.#root = openFolder(path);
    this.#looker = new PathLooker(this.#root);
  }

  [Symbol.dispose](): void {
    this.#looker[Symbol.dispose]();
    this.#root[Symbol.dispose]();
  }

  /** See {@link PathLooker.at}. */
  at(path: string): Found | "blocked" | undefined {
    return this.#looker.at(path);
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
    const folder = this.#looker.folder(path);
    if (!folder) return false;
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
}
