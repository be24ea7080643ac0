/**
 * Pauses the box of a project, and resumes it.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { type Project, qualifiedName } from "../../project/project.ts";
import { allBoxes, type FoundBox } from "../../run/find_boxes.ts";
import { pauseBox, resumeBox } from "../../session/paused.ts";
import { existingProject } from "./existing_project.ts";

/** What became of a box. */
export interface PauseOutcome {
  readonly project: Project;
  /** False: it was so before. */
  readonly changed: boolean;
}

/** Makes the processes of a running box stand still. Throws `no-box`, `not-running`, and `cannot-pause` where its engine cannot. */
export async function pauseProject(
  host: Host,
  word: string | undefined,
  cwd: string,
): Promise<PauseOutcome> {
  const { project, box } = await runningBox(host, word, cwd);
  if (box.info.paused) return { project, changed: false };
  await pauseBox(host, box);
  return { project, changed: true };
}

/** Lets them go on. Throws `no-box` and `not-running`. */
export async function resumeProject(
  host: Host,
  word: string | undefined,
  cwd: string,
): Promise<PauseOutcome> {
  const { project, box } = await runningBox(host, word, cwd);
  if (!box.info.paused) return { project, changed: false };
  await resumeBox(host, box);
  return { project, changed: true };
}

async function runningBox(
  host: Host,
  word: string | undefined,
  cwd: string,
): Promise<{ readonly project: Project; readonly box: FoundBox }> {
  const project = await existingProject(host, word, cwd);
  const { boxes, silent } = await allBoxes(host);
  const box = boxes.get(project.id);
  if (box?.info.running) return { project, box };
  // Without its answer nobody knows whether the box runs there.
  for (const error of silent.values()) throw error;
  const name = qualifiedName(project);
  throw new KanibakoError("not-running", `The box ${name} is not running.`, {
    hint: `Start it: kanibako start ${shellQuote(name)}`,
  });
}
