/**
 * What made boxes fail to start the last time.
 *
 * @module
 */

import { boxState } from "../../config/box_state.ts";
import type { Host } from "../../config/system.ts";
import { listProjects } from "../../project/list.ts";
import { type LastFailure, lastFailure } from "../../run/last_failure.ts";
import { bad, type Check, withHints } from "../check.ts";

/** As many are shown; of the others their own diagnosis speaks. */
const MOST = 3;

/** The boxes whose last start failed, the latest first. */
export async function lastStarts(host: Host): Promise<Check[]> {
  const projects = await listProjects(host);
  const found = await Promise.all(projects.map(async ({ id, qualifiedName }) => {
    const failure = await lastFailure(boxState(host.dirs, id));
    return failure ? [{ name: qualifiedName, failure }] : [];
  }));
  return found.flat().toSorted((a, b) => b.failure.atMs - a.failure.atMs).slice(0, MOST)
    .map(({ name, failure }) => failureCheck(`Last start of ${name}`, failure));
}

/** A start that failed. */
export function failureCheck(label: string, { atMs, message, hints }: LastFailure): Check {
  const when = new Date(atMs).toISOString().slice(0, 16).replace("T", " ");
  return bad(label, `failed at ${when} UTC: ${withHints(message, hints)}`);
}
