/**
 * Snapshots as they are shown.
 *
 * @module
 */

import { formatBytes } from "../../../host/size.ts";
import { count, shellQuote } from "../../../host/ui/text.ts";
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

/** How much it is: `1 file, 3 B`. */
export function amount(files: number, bytes: number): string {
  return `${count(files, "file")}, ${formatBytes(bytes)}`;
}

/** What to say of files that were changed while they were read. */
export function tornText(torn: number): string {
  const [were, they] = torn === 1 ? ["was", "it"] : ["were", "they"];
  return `${
    count(torn, "file")
  } ${were} changed while ${they} ${were} read: take another one, best with the box stopped.`;
}

/** Most paths that are named in a sentence. */
const NAMED = 10;

/** Paths in a sentence. */
export function pathsText(paths: readonly string[]): string {
  const named = paths.slice(0, NAMED).map(shellQuote).join(", ");
  return paths.length > NAMED ? `${named} and ${paths.length - NAMED} more` : named;
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
