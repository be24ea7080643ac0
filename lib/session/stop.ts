/**
 * Stops boxes: by label, and only our own.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { FileLock } from "../host/store.ts";
import type { ContainerInfo, Engine } from "../runtime/engine.ts";
import { finishRun } from "../run/finish.ts";
import { LABEL_BOX } from "../runtime/labels.ts";
import { boxState, supervisorLock } from "../config/box_state.ts";
import { readRun } from "../run/record.ts";
import { boxStates } from "../run/states.ts";

/** Seconds a box gets to end by itself: long enough to hand out credentials. */
const GRACE_SECONDS = 15;

/** What stopping a box came to. */
export type StopOutcome = "stopped" | "removed-leftover" | "not-running";

/** Stops the box with this id and removes its container. */
export async function stopBox(engine: Engine, host: Host, id: string): Promise<StopOutcome> {
  const container = (await boxStates(engine, host.dirs)).get(id);
  return container ? await stopContainer(engine, host, container) : "not-running";
}

/** Stops a container of ours. Its supervisor, if it has one, records the end and cleans up. */
export async function stopContainer(
  engine: Engine,
  host: Host,
  container: ContainerInfo,
): Promise<StopOutcome> {
  const wasRunning = container.running;
  if (wasRunning) await engine.stop(container.id, GRACE_SECONDS);
  const state = boxState(host.dirs, container.labels[LABEL_BOX] ?? "");
  const record = await readRun(state);
  if (record?.lifetime !== "persistent") await engine.remove(container.id);
  // Was its supervisor killed, or does it not get on: what it would have done is done here.
  else if (!await FileLock.isHeld(supervisorLock(state)) || !await gone(state, record.run)) {
    await finishRun(host, engine, state, record);
  }
  return wasRunning ? "stopped" : "removed-leftover";
}

/** Waits, within reason, until the supervisor has finished a run; whether it has. */
async function gone(state: string, run: string): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 50) {
    if ((await readRun(state).catch(() => undefined))?.run !== run) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
