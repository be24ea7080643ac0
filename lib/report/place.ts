/**
 * Places of the table, taken apart, and whether a path is at one. See `entry.ts` for how they are written.
 *
 * @module
 */

import type { Place } from "./entry.ts";

/** A place, taken apart. */
export interface Parts {
  /** It counts in folders below the project's too. */
  readonly anywhere: boolean;
  /** The names that lead to it; one may contain `*`. */
  readonly names: readonly string[];
  /** Everything below these counts. */
  readonly below: boolean;
}

/** Takes a place apart. */
export function partsOf(place: Place): Parts {
  const anywhere = place.startsWith("**/");
  const below = place.endsWith("/**");
  const names = place.slice(anywhere ? 3 : 0, below ? -3 : undefined).split("/");
  return { anywhere, names, below };
}

/** Whether a name matches one of a place. */
export type NameMatcher = (name: string) => boolean;

/** What finds names that match one of a place, in which `*` stands for any characters. */
export function matcherOf(pattern: string): NameMatcher {
  const parts = pattern.split("*");
  if (parts.length === 1) return (name) => name === pattern;
  const first = parts.shift()!;
  const last = parts.pop()!;
  const least = first.length + last.length;
  return (name) => {
    if (name.length < least || !name.startsWith(first) || !name.endsWith(last)) return false;
    let at = first.length;
    const end = name.length - last.length;
    for (const part of parts) {
      const found = name.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}

/** As {@link matcherOf}, once. */
export function matchesName(pattern: string, name: string): boolean {
  return matcherOf(pattern)(name);
}

/** Whether a path, relative to the project, is at a place. */
export function isAt(path: string, place: Place): boolean {
  const { anywhere, names, below } = partsOf(place);
  const parts = path.split("/");
  const fits = (from: number): boolean => {
    const length = parts.length - from;
    return (below ? length > names.length : length === names.length) &&
      names.every((name, at) => matchesName(name, parts[from + at]!));
  };
  if (!anywhere) return fits(0);
  return parts.some((_, from) => fits(from));
}
