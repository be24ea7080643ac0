/**
 * Snapshots as they are shown.
 *
 * @module
 */

import { formatBytes } from "../../../host/size.ts";
import { count } from "../../../host/ui/text.ts";
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

/** Its note, where it comes from when it was not taken here, and that it lacks something. */
export function noteText({ record: { note, unreadable = 0 }, brought }: Snapshot): string {
  const about = [...brought ? ["brought along"] : [], ...note === "" ? [] : [note]].join(": ");
  return [...about === "" ? [] : [about], ...unreadable > 0 ? [`without ${unreadable} unreadable`] : []].join(
    "; ",
  );
}

/** What to say of files that were changed while they were read. */
export function tornText(torn: number): string {
  const [were, they] = torn === 1 ? ["was", "it"] : ["were", "they"];
  return `${
    count(torn, "file")
  } ${were} changed while ${they} ${were} read: take another one, best with the box stopped.`;
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
