/**
 * What a helper changed, as a list that can be shown, and a mark of all that was seen.
 *
 * @module
 */

import { createHash, type Hash } from "node:crypto";
import { openFolder } from "../../host/tree/folder.ts";
import { type Change, changesOf, type SeenChange } from "./changes.ts";
import { type Fork, openFork } from "./fork.ts";
import { LandedBefore } from "./landed_before.ts";

/** Whose work is compared with what. */
export interface WorkFolders {
  /** The folder of the one who asked for the helper. A box can write it, and the path itself is ours. */
  readonly parent: string;
  /** The helper's folder, likewise. */
  readonly workspace: string;
  /** The record of how it began: a folder that no box can write. */
  readonly record: string;
  /** Where it is kept what has landed: a folder in the state of the director's box. Absent: nothing has. */
  readonly undo?: string;
}

/** What was found. */
export interface WorkDiff {
  /** Folders before what is in them. */
  readonly changes: readonly Change[];
  /** How many there are beyond these. */
  readonly leftOut: number;
  /** A mark of all that the helper made: another one when any of it is another. */
  readonly look: string;
}

/** How it is asked for. */
export interface DiffOptions {
  /** Most changes that are listed. [default: 5000] */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

const MOST_LISTED = 5000;

/** Compares. Throws `no-record`, `too-large`, and what reading a folder throws. */
export async function diffWork(folders: WorkFolders, options: DiffOptions = {}): Promise<WorkDiff> {
  const { limit = MOST_LISTED, signal } = options;
  using fork = await openFork(folders.record);
  using helper = openFolder(folders.workspace);
  const changes: Change[] = [];
  const mark = new Mark();
  let leftOut = 0;
  for await (
    const change of changesOf({
      fork,
      helper,
      landed: await landedOf(folders, fork),
      parent: folders.parent,
      signal,
    })
  ) {
    mark.add(change);
    if (changes.length < limit) changes.push(plain(change));
    else leftOut++;
  }
  return { changes, leftOut, look: mark.end() };
}

/** What has landed of it before. */
export async function landedOf(
  { undo, workspace }: WorkFolders,
  fork: Fork,
): Promise<LandedBefore | undefined> {
  return undo === undefined ? undefined : await LandedBefore.read(undo, workspace, fork);
}

/** A change without what only we need. */
export function plain({ path, change, kind, size, note, protect }: SeenChange): Change {
  return {
    path,
    change,
    kind,
    ...(size === undefined ? {} : { size }),
    ...(note === undefined ? {} : { note }),
    ...(protect === undefined ? {} : { protect }),
  };
}

/** Makes one mark of many changes. */
export class Mark {
  readonly #hash: Hash = createHash("sha256");

  /** Adds one. */
  add({ path, now }: SeenChange): void {
    const { kind, size, mode, sum, target, mtimeNs } = now ?? {};
    const seen = [path, kind, size, mode, sum ?? (kind === "file" ? String(mtimeNs) : ""), target];
    this.#hash.update(`${JSON.stringify(seen)}\n`);
  }

  /** The mark. */
  end(): string {
    return this.#hash.digest("hex").slice(0, 32);
  }
}
