/**
 * Files with a line of JSON for each entry, as logs are kept.
 *
 * @module
 */

import type { Check } from "./light_schema.ts";

/** The entries of a text. Lines that are none are passed over: the last one may be half written. */
export function entriesOf<T>(text: string, check: Check<T>): readonly T[] {
  return text.split("\n").flatMap((line) => {
    if (line === "") return [];
    try {
      const checked = check(JSON.parse(line));
      return checked.ok ? [checked.value] : [];
    } catch {
      return [];
    }
  });
}
