/**
 * Places in an object, as `claudeAiOauth.expiresAt`.
 *
 * @module
 */

import { isRecord } from "../json.ts";

/** The names of a place, from the top. */
export function namesOf(place: string): readonly string[] {
  return place.split(".");
}

/** What is at a place; `undefined` when there is none. */
export function at(value: unknown, place: string): unknown {
  let here: unknown = value;
  for (const name of namesOf(place)) {
    if (!isRecord(here) || !Object.hasOwn(here, name)) return undefined;
    here = here[name];
  }
  return here;
}
