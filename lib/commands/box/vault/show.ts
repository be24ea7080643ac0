/**
 * Snapshots as they are shown.
 *
 * @module
 */

import { formatBytes } from "../../../host/size.ts";
import type { Snapshot } from "../../../vault/store.ts";

/** For programs. Numbers nobody knows are null. */
export function snapshotJson({ name, record, form }: Snapshot): Record<string, unknown> {
  const known = (value: number) => value < 0 ? null : value;
  return {
    name,
    note: record.note,
    taken_at: new Date(record.takenAt).toISOString(),
    auto: record.auto,
    strategy: record.strategy,
    files: known(record.files),
    bytes: known(record.bytes),
    unique_bytes: known(record.ownBytes),
    skipped: record.skipped,
    home: record.home,
    paths: record.only ?? null,
    old: form !== "whole",
  };
}

/** A size, or a dash. */
export function sizeText(bytes: number): string {
  return bytes < 0 ? "-" : formatBytes(bytes);
}

/** A time as people read it: `2026-01-31 12:00:00 UTC`. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
}
