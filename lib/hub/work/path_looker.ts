/**
 * Looks at single paths of a folder that a box can write, by handle, one name at a time.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import type { Folder } from "../../host/tree/folder.ts";
import { hashFile } from "../../host/tree/hash.ts";
import { rawName } from "../../host/tree/raw_name.ts";
import { WalkEntry } from "../../host/tree/walk_entry.ts";
import { type Now, SUM_BYTES } from "./differences.ts";

/** What was found at a path. */
export interface Found extends Omit<Now, "sum"> {
  readonly ino: bigint;
  readonly ctimeNs: bigint;
  /** The checksum of a regular file; made when it is asked for, as long as nothing else was looked at. */
  readonly sum: string | undefined;
}

/** Remembers the way to where the last look was: paths come in order. */
export class PathLooker implements Disposable {
  readonly #root: Folder;
  #way: { readonly name: string; readonly folder: Folder }[] = [];

  /** The folder stays its owner's to close. */
  constructor(root: Folder) {
    this.#root = root;
  }

  [Symbol.dispose](): void {
    for (const { folder } of this.#way.splice(0)) folder[Symbol.dispose]();
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
    let known: string | undefined;
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
        if (kind !== "file" || size > SUM_BYTES) return undefined;
        return known ??= hashFile(folder.shown, entry, () => {});
      },
    };
  }

  /** The folder at a path, open until something else is looked at; `undefined` where there is none. */
  folder(path: string): Folder | undefined {
    const folder = this.#go(path.split("/"));
    return folder === "blocked" ? undefined : folder;
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
      const folder = kind === "folder" ? opened(above, name) : undefined;
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
