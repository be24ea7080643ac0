/**
 * What is new in a session between two looks at its last lines. A program may write lines one below the other, or redraw those that are
 * on its screen.
 *
 * @module
 */

/** What follows the lines that were shown. */
export interface LinesAfter {
  /** How many of the shown lines still stand there; the others were redrawn. */
  readonly kept: number;
  readonly fresh: readonly string[];
}

/** Finds where the lines that are seen now go on from those that were shown; both end with the latest. */
export function linesAfter(shown: readonly string[], seen: readonly string[]): LinesAfter {
  let best = { kept: 0, same: 0 };
  for (let from = Math.max(0, shown.length - seen.length); from < shown.length; from++) {
    const same = commonLines(shown, seen, from);
    if (from + same === shown.length) return { kept: shown.length, fresh: seen.slice(same) };
    if (same > best.same) best = { kept: from + same, same };
  }
  if (best.same === 0) return { kept: shown.length, fresh: seen };
  return { kept: best.kept, fresh: seen.slice(best.same) };
}

/** How many lines of two lists are the same, from the first on; of the one from a later line on. */
export function commonLines(one: readonly string[], other: readonly string[], from = 0): number {
  let same = 0;
  while (from + same < one.length && same < other.length && one[from + same] === other[same]) same++;
  return same;
}
