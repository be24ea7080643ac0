/**
 * Amounts, paths and times of snapshots in sentences.
 *
 * @module
 */

import { formatBytes } from "../../host/size.ts";
import { count, shellQuote } from "../../host/ui/text.ts";

/** How much it is: `1 file, 3 B`. */
export function amount(files: number, bytes: number): string {
  return `${count(files, "file")}, ${formatBytes(bytes)}`;
}

/** Most paths that are named in a sentence. */
const NAMED = 10;

/** Paths in a sentence. */
export function pathsText(paths: readonly string[]): string {
  const named = paths.slice(0, NAMED).map(shellQuote).join(", ");
  return paths.length > NAMED ? `${named} and ${paths.length - NAMED} more` : named;
}

/** A time as people read it: `2026-01-31 12:00:00 UTC`. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
}
