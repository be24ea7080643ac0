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

/** Everything at a place of which a name may be `*`: each entry of an object or a list. */
export function allAt(value: unknown, place: string): readonly unknown[] {
  let here: readonly unknown[] = [value];
  for (const name of namesOf(place)) {
    here = here.flatMap((one) => {
      if (name === "*") return typeof one === "object" && one !== null ? Object.values(one) : [];
      return isRecord(one) && Object.hasOwn(one, name) ? [one[name]] : [];
    });
  }
  return here;
}
