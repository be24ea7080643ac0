/**
 * How a snapshot's content is made. What each promises:
 *
 * - `btrfs`: a snapshot of a subvolume. At once, and all of one moment.
 * - `reflink`: a tree whose files share their blocks with the live ones until either is written. No content is read.
 * - `hardlink`: a tree in which files that did not change are further names of the last snapshot's. Never of a live file, for
 *   that could be written in place.
 * - `archive`: one compressed file.
 *
 * @module
 */

import type { WalkEntry } from "../host/tree_walk.ts";
import type { FolderHandle } from "../host/tree_handle.ts";
import type { LivePart } from "./known.ts";
import type { PartName, StrategyName } from "./record.ts";

/** What is to be taken. */
export interface Take {
  readonly parts: readonly LivePart[];
  /** An empty folder of ours. */
  readonly into: FolderHandle;
  /** A part of the last snapshot, where that is a tree of files of its own. */
  readonly earlier: (part: PartName) => FolderHandle | undefined;
  /** Whether a file is as it was when that snapshot was taken. */
  readonly isSame: (part: PartName, entry: WalkEntry) => boolean;
  readonly compression: "zst" | "xz";
  readonly onProgress?: ((done: { readonly files: number; readonly bytes: number }) => void) | undefined;
}

/** What was taken. -1: nobody counted. */
export interface Taken {
  readonly files: number;
  readonly bytes: number;
  readonly ownBytes: number;
  readonly skipped: number;
}

/** A way to make snapshots. */
export interface Strategy {
  readonly name: StrategyName;
  /** Fills the folder. Throws `no-btrfs`, `no-reflink` or `no-hardlink` where the file system cannot. */
  take(job: Take): Promise<Taken>;
}

/** Loads a strategy. */
export async function strategyNamed(name: StrategyName): Promise<Strategy> {
  switch (name) {
    case "btrfs":
      return (await import("./btrfs.ts")).btrfs;
    case "archive":
      return (await import("./archive.ts")).archive;
    case "reflink":
      return (await import("./trees.ts")).reflink;
    default:
      return (await import("./trees.ts")).hardlink;
  }
}
