/**
 * Projects and running boxes, as a script sees them.
 *
 * @module
 */

import { boxState } from "../config/box_state.ts";
import type { Host } from "../config/system.ts";
import { readRun } from "../run/record.ts";
import { allBoxes } from "../run/find_boxes.ts";
import { LABEL_AGENT, LABEL_LIFETIME, LABEL_RUN } from "../runtime/labels.ts";
import type { BoxStatus, ListedBox } from "./project/listing.ts";

/** A project and the state of its box. */
export interface ProjectState {
  /** The name by which the project is found from everywhere. */
  readonly name: string;
  /** The box's id. */
  readonly id: string;
  /** The project's folder; absent where it is not known any more. */
  readonly path: string | undefined;
  /** The state of its box. */
  readonly status: BoxStatus;
  /** When its run began, in milliseconds since 1970; absent when it is not running. */
  readonly sinceMs: number | undefined;
}

/** A box that is running. */
export interface RunningBox {
  /** The box's id. */
  readonly id: string;
  /** What it is for: `box` for a project's own, `scratch` for one without a project. */
  readonly role: string;
  /** The container engine. */
  readonly runtime: string;
  /** `persistent`: it outlives whoever started it. */
  readonly lifetime: "ephemeral" | "persistent";
  /** The agent's id; empty when a shell or a command runs. */
  readonly agent: string;
  /** The rig's image reference. */
  readonly image: string;
  /** When its run began, in milliseconds since 1970; absent when nobody recorded it. */
  readonly sinceMs: number | undefined;
}

/** One project of a listing. */
export function projectState({ project, status, sinceMs }: ListedBox): ProjectState {
  return { name: project.qualifiedName, id: project.id, path: project.path, status, sinceMs };
}

/** Every box of this user that is running. */
export async function runningBoxes(host: Host): Promise<readonly RunningBox[]> {
  const { boxes } = await allBoxes(host);
  const running = [...boxes.values()].filter(({ info }) => info.running);
  return await Promise.all(running.map(async ({ id, role, runtime, info }) => {
    const record = await readRun(boxState(host.dirs, id));
    return {
      id,
      role,
      runtime: runtime.kind,
      lifetime: info.labels[LABEL_LIFETIME] === "ephemeral" ? "ephemeral" : "persistent",
      agent: info.labels[LABEL_AGENT] ?? "",
      image: info.image,
      sinceMs: record && record.run === info.labels[LABEL_RUN] ? record.startedAt : undefined,
    } as const;
  }));
}
