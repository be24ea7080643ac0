/**
 * Whose login a run shares with the host, and where that is. It is part of the run's record: whoever hosts a run, or ends it, may have
 * none of the variables with which its user has moved it.
 *
 * @module
 */

import type { RunRecord } from "./record.ts";

/** The service that takes logins out and hands them in. */
const COLLECTOR = "collector";

/** The agent whose login a run shares; empty: none. */
export function sharingAgent({ agent, sharedAuth, services }: RunRecord): string {
  if (!sharedAuth) return "";
  const named = services[COLLECTOR]?.["agent"];
  return typeof named === "string" ? named : agent;
}

/** Where the files are on the host: their ids, and the absolute path of each. */
export function recordedPlaces(
  { services }: RunRecord,
): { ids: readonly string[]; paths: readonly string[] } {
  const { logins, places } = services[COLLECTOR] ?? {};
  return { ids: texts(logins), paths: texts(places) };
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
