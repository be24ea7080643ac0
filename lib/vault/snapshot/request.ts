/**
 * What kind of snapshot is asked for, and what became of it.
 *
 * @module
 */

import type { VaultSettings } from "../../config/settings.ts";
import type { StrategyName } from "../record.ts";
import type { Snapshot } from "../store.ts";
import type { Take, Taken } from "../strategy/strategy.ts";

/** What kind of snapshot is wanted. */
export interface SnapshotRequest {
  readonly name?: string | undefined;
  readonly note?: string | undefined;
  /** Nobody asked for it: it may be thinned out. No box runs then. */
  readonly auto: boolean;
  /** Only when something changed since the last one. */
  readonly ifChanged: boolean;
  /** What is about to be replaced: nothing is taken for unchanged by its times alone, and nothing may be left out. */
  readonly careful?: boolean;
  readonly settings: VaultSettings;
  /** Called when it is clear that a snapshot will be taken, with what there is to take. */
  readonly onBegin?:
    | ((what: { readonly files: number; readonly bytes: number; readonly strategy: StrategyName }) => void)
    | undefined;
  readonly onProgress?: Take["onProgress"];
}

/** What became of it. */
export type SnapshotResult =
  | {
    readonly kind: "taken";
    readonly snapshot: Snapshot;
    /** Paths that could not be read, or that are no files, folders or symlinks; the first 1000. */
    readonly leftOut: Taken["leftOut"];
  }
  /** Everything is as in that snapshot. */
  | { readonly kind: "unchanged"; readonly snapshot: Snapshot }
  /** There is nothing to take. */
  | { readonly kind: "empty" };
