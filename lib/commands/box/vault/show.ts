/**
 * Snapshots as they are shown.
 *
 * @module
 */

import { formatBytes } from "../../../host/size.ts";
import type { SnapshotRecord } from "../../../vault/record.ts";
import type { Snapshot } from "../../../vault/store.ts";

/** For programs. Numbers nobody knows are null. */
export function snapshotJson({ name, record, form, brought }: Snapshot): Record<string, unknown> {
  const known = (value: number) => value < 0 ? null : value;
  return {
    name,
    note: record.note,
    taken_at: new Date(record.takenAt).toISOString(),
    auto: record.auto,
    strategy: record.strategy,
    files: known(record.files),
    bytes: known(record.bytes),
    added_bytes: known(addedBytes(record)),
    skipped: record.skipped,
    unreadable: record.unreadable ?? 0,
    torn: record.torn ?? 0,
    home: record.home,
    paths: record.only ?? null,
    old: form !== "whole",
    brought_along: brought === true,
  };
}

/** Its note, and where it comes from when it was not taken here. */
export function noteText({ record: { note }, brought }: Snapshot): string {
  return [...brought ? ["brought along"] : [], ...note === "" ? [] : [note]].join(": ");
}

/** Where a snapshot comes from that was not taken here, in sentences. */
export function originText({ name, form }: Snapshot): string {
  return form === "whole"
    ? `The snapshot ${name} was not taken here, as far as can be told: it came with a clone, a copy or an archive. What it holds and says of itself is somebody else's.`
    : `The snapshot ${name} was taken by an earlier program, or came with a clone: nothing tells which.`;
}

/**
 * What taking it added to the disk. What a snapshot needs alone is more than that once the one before it is gone, and only counting
 * every inode would tell. Where blocks are shared nobody knows.
 */
export function addedBytes({ strategy, ownBytes }: SnapshotRecord): number {
  return ["btrfs", "reflink"].includes(strategy) ? -1 : ownBytes;
}

/** A size, or a dash. */
export function sizeText(bytes: number): string {
  return bytes < 0 ? "-" : formatBytes(bytes);
}

/** A time as people read it: `2026-01-31 12:00:00 UTC`. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
}
