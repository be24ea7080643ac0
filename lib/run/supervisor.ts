/**
 * The small host process behind each running persistent box: it hosts the run's services, waits for the box to end, and finishes
 * the run. It holds a lock while it lives; a killed one is replaced by the next call that meets the box.
 *
 * It waits on the run's mailbox: the kernel says when nobody in the box holds it any more, whatever the box died of. Waiting costs
 * nothing, and it is the same for every runtime.
 *
 * @module
 */

import { boxState, launchLock, supervisorLock } from "../config/box_state.ts";
import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { debug } from "../host/log.ts";
import { FileLock, writeText } from "../host/store.ts";
import { pause } from "../host/timer.ts";
import { finishRun, ownBox } from "./finish.ts";
import { HostedRun } from "./hosted.ts";
import { readRun, type RunRecord } from "./record.ts";
import { type Run, runFolder, runtimeOf } from "./run.ts";
import { servicesOf } from "./service_table.ts";
import { readyMark } from "./start_supervisor.ts";
import { sweepRuns } from "./sweep.ts";

const LONGEST_CHECK_MS = 30_000;
/** What a box says comes in bursts: a login is renewed in several writes. */
const SETTLE_MS = 400;
const STARTING_POLL_MS = 100;

/** The supervisor's whole life. Returns at once when there is nothing to supervise or another process does it already. */
export async function supervise(host: Host, id: string): Promise<void> {
  const state = boxState(host.dirs, id);
  // Whoever starts the box again while we still hold the lock counts on us: we look again after letting go of it.
  for (let last = ""; await pending(state, last);) {
    using lock = await FileLock.tryAcquire(supervisorLock(state));
    if (!lock) return;
    const record = await pending(state, last);
    if (!record) continue;
    last = record.run;
    await superviseRun(host, id, state, record);
  }
}

async function superviseRun(host: Host, id: string, state: string, record: RunRecord): Promise<void> {
  const runtime = await runtimeOf(host, record);
  if (!runtime) {
    throw new KanibakoError(
      "no-engine",
      `The box was started with ${record.runtime}, which cannot be found.`,
    );
  }
  const folder = runFolder(state, record.run);
  await using mailbox = await runtime.openMailbox(folder);
  const run: Run = { host, box: id, state, record, runtime, mailbox };
  await sweepRuns(state, record.run, { runtime });
  {
    await using hosted = await HostedRun.open(run, servicesOf(record));
    await writeText(readyMark(folder), "", 0o600);
    if (!await begun(run)) return;
    // Without its engine nobody can say more. The record stays for the next call, which does, or finds the engine back.
    if (!await untilEnded(run, hosted)) return;
  }
  await finishRun({ ...run, record: { ...record, phase: "running" } });
}

/** The persistent run that is recorded, unless it is the one already seen to. */
async function pending(state: string, last: string): Promise<RunRecord | undefined> {
  const record = await readRun(state);
  return record?.lifetime === "persistent" && record.run !== last ? record : undefined;
}

/** Waits while the run is still being started. False when its start was given up. */
async function begun({ state, record }: Run): Promise<boolean> {
  for (;;) {
    const now = await readRun(state);
    if (now?.run !== record.run) return false;
    if (now.phase === "running" || !await FileLock.isHeld(launchLock(state))) return true;
    await pause(STARTING_POLL_MS);
  }
}

/** Waits until the box no longer runs, and meanwhile passes on what it says. False when its runtime is gone from this machine. */
async function untilEnded(run: Run, hosted: HostedRun): Promise<boolean> {
  let waitMs = SETTLE_MS;
  for (;;) {
    if (await run.mailbox.wait() === "said") {
      waitMs = SETTLE_MS;
      await pause(SETTLE_MS);
      await hosted.said();
      continue;
    }
    // Nobody holds the box's end: not yet, or not any more. The box could have closed it early; the runtime has the last word.
    const runs = await isRunning(run);
    if (runs === undefined) return false;
    if (!runs) return true;
    await pause(waitMs);
    waitMs = Math.min(2 * waitMs, LONGEST_CHECK_MS);
  }
}

/** Whether the run's own box runs. `undefined`: its runtime is gone from this machine. */
async function isRunning(run: Run): Promise<boolean | undefined> {
  try {
    return (await ownBox(run))?.running === true;
  } catch (error) {
    if (!await runtimeOf(run.host, run.record)) return undefined;
    // The runtime may be in the middle of removing the box. Our caller asks again, ever more rarely.
    debug(() => `cannot ask the runtime: ${error}`);
    return true;
  }
}
