/**
 * Stops boxes: by label, and only our own.
 *
 * @module
 */

import { boxState, supervisorLock } from "../config/box_state.ts";
import type { Host } from "../config/system.ts";
import { FileLock } from "../host/store.ts";
import { until } from "../host/wait.ts";
import { finishRun, finishWithoutRuntime } from "../run/finish.ts";
import { FORGOTTEN } from "../run/forgotten.ts";
import { readRun, type RunRecord } from "../run/record.ts";
import { forgetStopping, noteStopping } from "../run/stopped_on_purpose.ts";
import { runFolder } from "../run/run.ts";
import type { FoundBox } from "../run/find_boxes.ts";
import { LABEL_RUN } from "../runtime/labels.ts";
import type { BoxRuntime } from "../runtime/runtime.ts";

/** A box gets this long to end on its own: long enough to hand out credentials. */
const GRACE_MS = 15_000;
const FINISH_MS = 10_000;
const FINISH_POLL_MS = 50;

/** What stopping a box came to. */
export type StopOutcome = "stopped" | "removed-leftover";

/** Stops a box of ours and removes it. Its supervisor, if it has one, records the end and cleans up. */
export async function stopBox(host: Host, { id, runtime, info }: FoundBox): Promise<StopOutcome> {
  // What stands still cannot end.
  if (info.paused) await runtime.resume?.(info.id);
  const state = boxState(host.dirs, id);
  const going = info.labels[LABEL_RUN];
  let failed: unknown;
  if (info.running) {
    if (going !== undefined) await noteStopping(state, going);
    await runtime.stop(info.id, GRACE_MS).catch((error: unknown) => failed = error);
  }
  const recorded = await readRun(state);
  const record = recorded?.run === going ? recorded : undefined;
  const graceMs = failed !== undefined || info.state === FORGOTTEN ? GRACE_MS : 0;
  const ended = record && info.running && await endLeft(state, record, runtime, graceMs);
  if (failed !== undefined && !ended) {
    await forgetStopping(state);
    throw failed;
  }
  if (record?.lifetime !== "persistent") {
    await runtime.remove(info.id);
  } else if (!await supervisorFinishes(state, record.run)) {
    // Its supervisor was killed, or does not get on: what it would have done is done here.
    await using mailbox = await runtime.openMailbox(runFolder(state, record.run));
    const run = { host, box: id, state, record: { ...record, phase: "running" }, runtime, mailbox } as const;
    await (failed === undefined ? finishRun(run, true) : finishWithoutRuntime(run));
  }
  host.events({ kind: "stopped", box: id, atMs: Date.now() });
  return info.running ? "stopped" : "removed-leftover";
}

/** A box that its runtime does not know, or could not end, is ended by its processes. Whether there was one. */
async function endLeft(
  state: string,
  { run }: RunRecord,
  runtime: BoxRuntime,
  graceMs: number,
): Promise<boolean> {
  await using mailbox = await runtime.openMailbox(runFolder(state, run));
  if (!mailbox.endBox || !await mailbox.alive() || !await mailbox.isInhabited?.()) return false;
  await mailbox.endBox(graceMs);
  return true;
}

async function supervisorFinishes(state: string, run: string): Promise<boolean> {
  if (!await FileLock.isHeld(supervisorLock(state))) return false;
  return await until(async () => (await readRun(state))?.run !== run, {
    everyMs: FINISH_POLL_MS,
    forMs: FINISH_MS,
  });
}
