/**
 * Helpers that nobody looks after any more: what watched their task was killed, and their director is gone or has no hub that would end
 * them. Every listing ends them.
 *
 * @module
 */

import { boxState, launchLock } from "../../config/box_state.ts";
import type { Host } from "../../config/system.ts";
import { debug } from "../../host/log.ts";
import { FileLock } from "../../host/store.ts";
import { helperLock } from "../../hub/folders.ts";
import type { FoundBox } from "../../run/find_boxes.ts";
import { LABEL_LIFETIME } from "../../runtime/labels.ts";

/** Ends them. Costs nothing for other boxes; those that run on have a supervisor, which sees to it. */
export async function endOrphans(host: Host, boxes: Iterable<FoundBox>): Promise<void> {
  for (const box of boxes) {
    if (box.role !== "helper" || !box.info.running) continue;
    if (box.info.labels[LABEL_LIFETIME] === "persistent") continue;
    const state = boxState(host.dirs, box.id);
    if (await FileLock.isHeld(helperLock(state)) || await FileLock.isHeld(launchLock(state))) continue;
    const { stopBox } = await import("../../session/stop.ts");
    await stopBox(host, box).catch((error: unknown) => debug(() => `the helper ${box.id} stays: ${error}`));
  }
}
