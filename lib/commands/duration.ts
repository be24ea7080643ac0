/**
 * Spans of time on the command line: `90`, `90s`, `10m`, `2h`.
 *
 * @module
 */

import { UsageError } from "../host/error.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** What a timer of the platform can wait. */
const MOST_MS = 2 ** 31 - 1;

/** A span as it was given, with its unit. */
export function shownDuration(text: string): string {
  return /\d$/.test(text) ? `${text}s` : text;
}

/** A span in milliseconds; without a unit it is seconds. Throws a usage error that names the option. */
export function parseDuration(option: string, text: string): number {
  const [, number, unit] = text.match(/^(\d{1,9}(?:\.\d{1,3})?)([smhd]?)$/) ?? [];
  const ms = Math.round(Number(number) * (UNITS[unit ?? ""] ?? 0));
  if (ms > 0 && ms <= MOST_MS) return ms;
  throw new UsageError(`Cannot use ${option} ${JSON.stringify(text)}.`, {
    hint: "Give a time above 0 and below 24 days, such as 90s, 10m or 2h.",
  });
}
