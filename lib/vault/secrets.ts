/**
 * What a snapshot of a box's home leaves out: what lets its holder act as somebody.
 *
 * @module
 */

import { loginTargets } from "../../targets/discover.ts";
import type { Kind } from "../host/tree/walk.ts";
import { MIXED_PLACES, secretPlaces } from "../project/secret_places.ts";

/** Paths below a home that no snapshot holds: also those of settings that may have a token among them. */
export function secretPaths(): string[] {
  const places = [...secretPlaces(loginTargets()), ...MIXED_PLACES];
  return [...new Set(places.map((place) => place.replace(/\/$/, "")))];
}

/** Leaves them out. */
export function withoutSecrets(): (path: string, kind: Kind) => boolean {
  const secrets = new Set(secretPaths());
  return (path) => secrets.has(path);
}
