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

import type { WalkEntry } from "../../host/tree/walk.ts";
import type { Folder } from "../../host/tree/folder.ts";
import type { PartName, StrategyName } from "../record.ts";
import type { LivePart } from "../snapshot/survey.ts";

/** What is to be taken. */
export interface Take {
  readonly parts: readonly LivePart[];
  /** An empty folder of ours. */
  readonly into: Folder;
  /** A part of the last snapshot, where that is a tree of files of its own. */
  readonly earlier: (part: PartName) => Folder | undefined;
  /** Whether a file is as it was when that snapshot was taken, by its times. */
  readonly isSame: (part: PartName, entry: WalkEntry) => boolean;
  /** That is not enough: its content is compared, too. And what cannot be read is an error, instead of left out. */
  readonly careful: boolean;
  /** A box may be writing meanwhile. */
  readonly watch: boolean;
  readonly compression: "zst" | "xz";
  /** Whether to take checksums of what is copied, where that needs no second reading. */
  readonly sums: boolean;
  /** The last snapshot's folder, with its checksums. To be closed. */
  readonly lastFolder: () => Folder | undefined;
  /** Called with each entry before it is taken, where wanted. */
  readonly onEntry?: ((part: PartName, entry: WalkEntry) => void) | undefined;
  readonly onProgress?: ((done: { readonly files: number; readonly bytes: number }) => void) | undefined;
}

/** One thing that is not in a snapshot. */
export interface LeftOut {
  readonly part: PartName;
  readonly path: string;
  /** `fifo`, `socket`, `device`; `unreadable`; `vanished`: it disappeared. */
  readonly kind: string;
}

/** What was taken. -1: nobody counted. */
export interface Taken {
  readonly files: number;
  readonly bytes: number;
  readonly ownBytes: number;
  /** FIFOs, sockets, devices, and what went away meanwhile. */
  readonly skipped: number;
  /** What we may not read. */
  readonly unreadable: number;
  /** Files that were changed while they were read. */
  readonly torn: number;
  /** What was left out, and why; the first 1000. */
  readonly leftOut: readonly LeftOut[];
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
