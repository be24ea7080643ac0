/**
 * What is written down of a snapshot: `snapshot.json` in its folder.
 *
 * @module
 */

import {
  type Check,
  check,
  flag,
  listOf,
  number,
  oneOf,
  optional,
  schemaOf,
  shape,
  text,
} from "../host/light_schema.ts";
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
  /** How many files and folders were left out because we may not read them. Absent: none. */
  readonly unreadable?: number | undefined;
  /** How many files were changed while they were read: each is of no one moment. Absent: none. */
  readonly torn?: number | undefined;
  /** Whether the box's home is in it. */
  readonly home: boolean;
  /** The only paths it holds, when it does not hold all: what a restore of these was about to replace. */
  readonly only?: readonly string[] | undefined;
  /** What shows that it was taken here; see `origin.ts`. */
  readonly mark?: string | undefined;
}

/** Of the content: the folder the box writes, and the box's home. */
export type PartName = "content" | "home";

/** Beyond it there is no date: so many milliseconds from 1970, each way. */
const MAX_TIME_MS = 8_640_000_000_000_000;
const time: Check<number> = check(
  "expected a time in milliseconds since 1970",
  (value) => Number.isInteger(value) && Math.abs(value as number) <= MAX_TIME_MS,
);

/** The shape of the file. */
export const recordSchema: Schema<SnapshotRecord> = schemaOf(shape({
  format: number,
  id: text,
  note: text,
  takenAt: time,
  completeAt: time,
  auto: flag,
  strategy: oneOf("btrfs", "reflink", "hardlink", "archive", "copy"),
  files: number,
  bytes: number,
  ownBytes: number,
  skipped: number,
  unreadable: optional(number),
  torn: optional(number),
  home: flag,
  only: optional(listOf(text)),
  mark: optional(text),
}));
