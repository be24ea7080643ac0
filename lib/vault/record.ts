/**
 * What is written down of a snapshot: `snapshot.json` in its folder.
 *
 * @module
 */

import { type Check, flag, number, oneOf, optional, shape, text } from "../host/shape.ts";
import type { Schema } from "../host/store.ts";

/** How a snapshot was made. `copy`: a full copy, such as one that was imported. */
export type StrategyName = "btrfs" | "reflink" | "hardlink" | "archive" | "copy";

/** What a snapshot says of itself. */
export interface SnapshotRecord {
  readonly format: number;
  /** Never used again, unlike the name. */
  readonly id: string;
  readonly note: string;
  /** When it was taken, in milliseconds since 1970. */
  readonly takenAt: number;
  /** When its content was complete; what was changed later was changed in the snapshot. */
  readonly completeAt: number;
  /** Whether nobody asked for it by name: it may be thinned out. */
  readonly auto: boolean;
  readonly strategy: StrategyName;
  /** Files, or -1 when nobody counted. */
  readonly files: number;
  /** Bytes of the files, or -1. */
  readonly bytes: number;
  /** Bytes that only this snapshot needed when it was taken, or -1. */
  readonly ownBytes: number;
  /** How many FIFOs, sockets and devices were left out. */
  readonly skipped: number;
  /** Whether the box's home is in it. */
  readonly home: boolean;
  /** The only paths it holds, when it does not hold all: what a restore of these was about to replace. */
  readonly only?: readonly string[] | undefined;
}

/** Of the content: the folder the box writes, and the box's home. */
export type PartName = "content" | "home";

const paths: Check<readonly string[]> = (value) =>
  Array.isArray(value) && value.every((one) => typeof one === "string")
    ? { ok: true, value }
    : { ok: false, expected: "a list of paths" };

/** The shape of the file. */
export const recordSchema: Schema<SnapshotRecord> = shape({
  format: number,
  id: text,
  note: text,
  takenAt: number,
  completeAt: number,
  auto: flag,
  strategy: oneOf("btrfs", "reflink", "hardlink", "archive", "copy"),
  files: number,
  bytes: number,
  ownBytes: number,
  skipped: number,
  home: flag,
  only: optional(paths),
});
