/**
 * Whether boxes are stopped, as their runtimes say: what a runtime says counts, not what a file says.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { allBoxes, type FoundBox } from "../run/find_boxes.ts";
import { stopBox } from "./stop.ts";

/** These boxes as their runtimes have them, running or not. `kind`: asks only that runtime. */
export async function boxesWithIds(
  host: Host,
  ids: readonly string[],
  kind?: string,
): Promise<readonly FoundBox[]> {
  const { boxes, silent } = await allBoxes(host, kind);
  // Without its answer nobody knows whether one of these runs there.
  for (const error of silent.values()) throw error;
  return ids.flatMap((id) => boxes.get(id) ?? []);
}

/** Throws `running` when one of these boxes runs. */
export async function assertStopped(host: Host, ids: readonly string[], kind?: string): Promise<void> {
  const running = (await boxesWithIds(host, ids, kind)).find(({ info }) => info.running);
  if (!running) return;
  throw new KanibakoError("running", `The box ${running.id} is running: it was started just now.`, {
    hint: ["To see running boxes: kanibako ps", "Stop it and try again."],
  });
}

/** Stops what runs of these, and removes what is left of ended runs. Ids of those that ran. */
export async function stopBoxes(host: Host, boxes: readonly FoundBox[]): Promise<string[]> {
  const stopped: string[] = [];
  for (const box of boxes) if (await stopBox(host, box) === "stopped") stopped.push(box.id);
  return stopped;
}
