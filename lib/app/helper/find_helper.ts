/**
 * A helper as its director's hub keeps it, with the project that its director is.
 *
 * @module
 */

import { boxState } from "../../config/box_state.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { groupOf, helpersRoot } from "../../hub/folders.ts";
import type { Helper } from "../../hub/record.ts";
import { readHelpers } from "../../hub/state.ts";
import { locateProject } from "../../project/locate.ts";
import type { Project } from "../../project/project.ts";
import { readRun, type RunRecord } from "../../run/record.ts";

/** A helper, and what it belongs to. */
export interface FoundHelper {
  readonly director: Project;
  /** The run of its director. */
  readonly record: RunRecord;
  readonly helper: Helper;
  readonly helpers: readonly Helper[];
  /** The folder of its parent's helpers. */
  readonly group: string;
}

/** Finds one. Throws `no-helper` where its director has none of that number, and `no-director` where that does not run. */
export async function findHelper(host: Host, directorId: string, number: number): Promise<FoundHelper> {
  const state = boxState(host.dirs, directorId);
  const [record, helpers] = await Promise.all([readRun(state), readHelpers(state)]);
  const [path] = record?.shown ?? [];
  if (!record || path === undefined) {
    throw new KanibakoError(
      "no-director",
      `The box ${directorId} does not run, so it has no helpers to start.`,
    );
  }
  const helper = helpers.find((one) => one.number === number);
  if (!helper) throw new KanibakoError("no-helper", `The box ${directorId} has no helper ${number}.`);
  const director = await locateProject(host, path);
  if (director.id !== directorId) {
    throw new KanibakoError(
      "no-director",
      `The project of the box ${directorId} is not at ${path} any more.`,
    );
  }
  const group = groupOf(helpersRoot(host.dirs, directorId), helpers, number);
  return { director, record, helper, helpers, group };
}
