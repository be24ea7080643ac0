/**
 * Which boxes run, as the engine tells it: by label, in one call.
 *
 * @module
 */

import type { ContainerInfo, Engine } from "../runtime/engine.ts";
import type { Dirs } from "../host/dirs.ts";
import { LABEL_BOX, LABEL_OWNER, LABEL_ROLE, ownerMark } from "../runtime/labels.ts";

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
