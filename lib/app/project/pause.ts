/**
 * Pauses the box of a project, and resumes it.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import type { Project } from "../../project/project.ts";
import { pauseBox, resumeBox } from "../../session/paused.ts";
import { existingProject } from "./existing_project.ts";
import { runningBox } from "./running_box.ts";

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
  const project = await existingProject(host, word, cwd);
  const box = await runningBox(host, project);
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
  const project = await existingProject(host, word, cwd);
  const box = await runningBox(host, project);
  if (!box.info.paused) return { project, changed: false };
  await resumeBox(host, box);
  return { project, changed: true };
}
