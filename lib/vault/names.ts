/**
 * Names of snapshots.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { escapeControl, shellQuote } from "../host/ui/text.ts";

const MAX_BYTES = 100;

/** Whether a text can name a snapshot. */
export function isSnapshotName(text: string): boolean {
  return text !== "" && !/^[.\-]/.test(text) && !/[/\\]/.test(text) && escapeControl(text) === text &&
    text.trim() === text && text.isWellFormed() && new TextEncoder().encode(text).length <= MAX_BYTES;
}

/** Throws `bad-name`, saying what is allowed, when a text cannot name a snapshot. */
export function checkSnapshotName(text: string): void {
  if (isSnapshotName(text)) return;
  throw new KanibakoError("bad-name", `Cannot use ${shellQuote(text)} as the name of a snapshot.`, {
    hint:
      `Use 1 to ${MAX_BYTES} bytes without /, \\ and control characters, no space at either end, and no "." or "-" at the start.`,
  });
}

/** The name a snapshot gets that was given none: its time, `20260131T235959Z`. */
export function timeName(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, "");
}

/** Whether a name is one that nobody gave: a time, with a number where there were several in a second. */
export function isTimeName(name: string): boolean {
  return /^\d{8}T\d{6}Z(-\d+)?$/.test(name);
}

/** The time in a name, in milliseconds since 1970; `undefined` when there is none. */
export function timeOfName(name: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(name);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}
