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
import { chooseEngine } from "../engine/choose.ts";
import type { Engine } from "../engine/engine.ts";
import type { Host } from "../config/system.ts";
import { finishRun } from "./finish.ts";
import { runFolders } from "./run_folder.ts";
import { readRun, type RunRecord, supervisorLock } from "./run_record.ts";
import { takeOut } from "./take_out.ts";
import { sweepRuns } from "./sweep.ts";

const FIRST_OPEN_CHECK_MS = 1000;
const OPEN_CHECK_MS = 15_000;
const STILL_RUNNING_CHECK_MS = 30_000;
const SETTLE_MS = 400;

/** Starts a supervisor for a box's run unless one is there. Does not wait for it. */
export async function ensureSupervisor(state: string, id: string): Promise<void> {
  if (await FileLock.isHeld(supervisorLock(state))) return;
  const program = await self();
  detach([...program.command, "internal", "supervise", id], { env: program.env });
}

/** The supervisor's whole life. Returns at once when there is nothing to supervise or somebody does it already. */
export async function supervise(host: Host, id: string): Promise<void> {
  const state = `${host.dirs.state}/boxes/${id}`;
  using lock = await FileLock.tryAcquire(supervisorLock(state));
  if (!lock) return;
  const record = await readRun(state);
  if (record?.lifetime !== "persistent") return;
  const engine = await chooseEngine(host.dirs, record.engine);
  await sweepRuns(state, record.run);
  await ended(host, engine, state, record);
  await finishRun(host, engine, state, record);
}

/** Waits until the container no longer runs, and meanwhile takes out what it says it has left. */
async function ended(host: Host, engine: Engine, state: string, record: RunRecord): Promise<void> {
  const { alive } = runFolders(state, record.run);
  const opening = Deno.open(alive, { read: true });
  // The box may have died before it opened its end: opening would then wait for ever.
  let opened = false;
  opening.then(() => opened = true, () => opened = true);
  for (let wait = FIRST_OPEN_CHECK_MS; !opened; wait = OPEN_CHECK_MS) {
    await Promise.race([opening.catch(() => {}), sleep(wait)]);
    if (!opened && !await isRunning(engine, record.container)) {
      await releaseReader(alive);
      break;
    }
  }
  const file = await opening.catch(() => undefined);
  try {
    // A byte means that something was left: a login renewed, a delivery applied. The folder itself is not watched, as
    // watching opens what the box has put there. A box that says too much fills the pipe, and waits for us.
    const buffer = new Uint8Array(64 * 1024);
    while (file && await file.read(buffer) !== null) {
      await sleep(SETTLE_MS);
      await takeOut(host, state, record).catch((error: unknown) => debug(() => `not taken out: ${error}`));
    }
  } finally {
    file?.close();
  }
  // The box could have closed it early; the engine has the last word.
  for (let wait = SETTLE_MS; await isRunning(engine, record.container); wait = STILL_RUNNING_CHECK_MS) {
    await sleep(wait);
  }
}

/** Lets a pending open of the FIFO return. */
async function releaseReader(alive: string): Promise<void> {
  const writer = await Deno.open(alive, { read: true, write: true }).catch(() => undefined);
  await sleep(50);
  writer?.close();
}

async function isRunning(engine: Engine, container: string): Promise<boolean> {
  try {
    return (await engine.inspect(container))?.running ?? false;
  } catch (error) {
    debug(() => `cannot ask the engine: ${error}`);
    await sleep(STILL_RUNNING_CHECK_MS);
    return true;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
