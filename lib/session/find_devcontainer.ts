/**
 * Compares the `devcontainer.json` of a project with what was approved of it.
 *
 * @module
 */

import { devContainerWish, readDevContainerRecord } from "../config/devcontainer.ts";
import type { LevelFile } from "../config/levels.ts";
import type { Host } from "../config/system.ts";
import { DevContainerNotApproved } from "../devcontainer/approval.ts";
import { currentDevContainer } from "../devcontainer/current.ts";
import type { DevContainer } from "../devcontainer/types.ts";
import { KanibakoError } from "../host/error.ts";
import type { Project } from "../project/project.ts";
import { warning } from "../spec/ui.ts";
import type { SessionDevContainer } from "./devcontainer.ts";

/** What it means for a session; `undefined`: nothing. Throws what is wrong with the file where it is wanted. */
export async function findDevContainer(
  host: Host,
  project: Project,
  levels: readonly LevelFile[],
): Promise<SessionDevContainer | undefined> {
  const wish = devContainerWish(levels);
  if (wish === "no") return undefined;
  const record = await readDevContainerRecord(host.dirs.state, project.path);
  if (wish === "ask" && record?.answer === "no") return undefined;
  let now: DevContainer | undefined;
  try {
    now = await currentDevContainer(project);
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    if (wish === "yes" || record) return { file: "devcontainer.json", state: "refused", refusal: error };
    if (!project.exists) {
      warning(host.ui, "plan-warning", { text: `${error.message} The box does without it.` });
    }
    return undefined;
  }
  if (!now) return undefined;
  const { path: file, hash } = now;
  const approved = record?.answer === "yes" && record.hash === hash && record.file === file;
  if (approved) return record.use ? { file, state: "used", use: record.use } : { file, state: "unprepared" };
  if (!record && wish === "ask") return { file, state: "offered" };
  const refusal = new DevContainerNotApproved(project, file, record?.answer === "yes");
  return { file, state: "refused", refusal };
}
