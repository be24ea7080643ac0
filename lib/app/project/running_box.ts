/**
 * The box of a project while it runs, as its engine knows it.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import type { Project } from "../../project/project.ts";
import { allBoxes, type FoundBox } from "../../run/find_boxes.ts";
import { notRunning } from "./not_running.ts";

/** Asks the engines. Throws `not-running`, or why an engine that may have it does not answer. */
export async function runningBox(host: Host, project: Project): Promise<FoundBox> {
  const { boxes, silent } = await allBoxes(host);
  const box = boxes.get(project.id);
  if (box?.info.running) return box;
  // Without its answer nobody knows whether the box runs there.
  for (const error of silent.values()) throw error;
  throw notRunning(project);
}
