/**
 * The number that `--lines` gives.
 *
 * @module
 */

import { UsageError } from "../host/error.ts";

/** A number of lines, from `least` on. Throws a usage error. */
export function parseLines(text: string, least: 0 | 1 = 1): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw new UsageError(`Cannot use --lines ${JSON.stringify(text)}.`, {
    hint: `Give a whole number from ${least} on, such as 20.`,
  });
}
