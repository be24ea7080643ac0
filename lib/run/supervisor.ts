/**
 * The small host process behind each running persistent box: it waits for the box to end, takes out what the box left, records
 * how it ended, and cleans up. It holds a lock while it lives; a killed one is replaced at the next call that meets
 * the box.
 *
 * It waits on a FIFO which the box's first process holds open: the kernel closes it whatever the box dies of, waiting
 * costs nothing, and it is the same for every engine.
 *
 * @module
 */

import { debug } from "../host/log.ts";
import { detach } from "../host/process.ts";
import { self } from "../host/self.ts";
import { FileLock } from "../host/store.ts";
import { chooseEngine } from "../runtime/choose.ts";
import { engineVariables } from "../runtime/cli/cli_engine.ts";
import type { Engine } from "../runtime/engine.ts";
import type { Host } from "../config/system.ts";
import { finishRun } from "./finish.ts";
import { LABEL_RUN } from "../runtime/labels.ts";
import { runFolders } from "./folders.ts";
import { boxState, supervisorLock } from "../config/box_state.ts";
import { readRun, type RunRecord } from "./record.ts";
import { takeOut } from "./collect.ts";
import { sweepRuns } from "./sweep.ts";

const STILL_RUNNING_CHECK_MS = 30_000;
const SETTLE_MS = 400;

/** Starts a supervisor for a box's run unless one is there. Does not wait for it. */
export async function ensureSupervisor(state: string, id: string): Promise<void> {
  if (await FileLock.isHeld(supervisorLock(state))) return;
  const program = await self();
  detach([...program.command, "internal", "supervise", id], {
    env: { ...engineVariables(), ...program.env },
  });
}

/** The supervisor's whole life. Returns at once when there is nothing to supervise or somebody does it already. */
export async function supervise(host: Host, id: string): Promise<void> {
  const state = boxState(host.dirs, id);
  // Whoever starts the box anew while we still hold the lock counts on us: we look again after letting go of it.
  for (let last = ""; (await pending(state, last)) !== undefined;) {
    using lock = await FileLock.tryAcquire(supervisorLock(state));
    if (!lock) return;
    const record = await pending(state, last);
    if (!record) continue;
    last = record.run;
    const engine = await chooseEngine(host.dirs, record.engine);
    await sweepRuns(state, record.run);
    await ended(host, engine, state, record);
    await finishRun(host, engine, state, record);
  }
}

/** The persistent run that is recorded, unless it is the one already seen to. */
async function pending(state: string, last: string): Promise<RunRecord | undefined> {
  const record = await readRun(state);
  return record?.lifetime === "persistent" && record.run !== last ? record : undefined;
}

/** Waits until the container no longer runs, and meanwhile takes out what it says it has left. */
async function ended(host: Host, engine: Engine, state: string, record: RunRecord): Promise<void> {
  const file = await openFifo(runFolders(state, record.run).alive);
  const buffer = new Uint8Array(64 * 1024);
  let waitMs = SETTLE_MS;
  let spoke = false;
  try {
    for (;;) {
      // A byte means that something was left: a login renewed, a delivery applied. The folder itself is not watched, as
      // watching opens what the box has put there. A box that says too much fills the pipe, and waits for us.
      while (file && await file.read(buffer) !== null) {
        if (!spoke) waitMs = SETTLE_MS;
        spoke = true;
        await sleep(SETTLE_MS);
        await takeOut(host, state, record).catch((error: unknown) => debug(() => `not taken out: ${error}`));
      }
      // Nobody holds the other end: not yet, or not any more. The box could have closed it early; the engine has the last word.
      if (!await isRunning(engine, record)) return;
      await sleep(waitMs);
      waitMs = Math.min(2 * waitMs, STILL_RUNNING_CHECK_MS);
    }
  } finally {
    file?.close();
  }
}

/**
 * Opens the FIFO for reading without waiting for the box, which may have ended before it opened its end. `undefined` when it
 * is gone: another call has already cleaned up after the run.
 */
async function openFifo(path: string): Promise<Deno.FsFile | undefined> {
  try {
    // With a writer there, even if it is us, opening returns at once.
    using _writer = await Deno.open(path, { read: true, write: true });
    return await Deno.open(path, { read: true });
  } catch (error) {
    debug(() => `no FIFO: ${error}`);
    return undefined;
  }
}

/** Whether the run's own container runs; a later run's has the same name. */
async function isRunning(engine: Engine, { container, run }: RunRecord): Promise<boolean> {
  try {
    const info = await engine.inspect(container);
    return info?.running === true && info.labels[LABEL_RUN] === run;
  } catch (error) {
    // It may be in the middle of removing the container. Our caller asks again, ever more rarely.
    debug(() => `cannot ask the engine: ${error}`);
    return true;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
