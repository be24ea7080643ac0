/**
 * Which boxes run, as the engine tells it: by label, in one call.
 *
 * @module
 */

import type { ContainerInfo, Engine } from "../engine/engine.ts";
import type { Dirs } from "../host/dirs.ts";
import { LABEL_BOX, LABEL_OWNER, LABEL_ROLE, ownerMark } from "./labels.ts";

/** This user's box containers by box id, running or not. One engine call. */
export async function boxStates(engine: Engine, dirs: Dirs): Promise<Map<string, ContainerInfo>> {
  const containers = await engine.list({ [LABEL_OWNER]: await ownerMark(dirs.state), [LABEL_ROLE]: "box" });
  const states = new Map<string, ContainerInfo>();
  for (const container of containers) {
    const id = container.labels[LABEL_BOX];
    if (id !== undefined) states.set(id, container);
  }
  return states;
}

/** Whether a container is this user's own box. */
export async function isOurs(container: ContainerInfo, dirs: Dirs): Promise<boolean> {
  return container.labels[LABEL_ROLE] === "box" &&
    container.labels[LABEL_OWNER] === await ownerMark(dirs.state);
}
