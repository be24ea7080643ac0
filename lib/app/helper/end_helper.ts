/**
 * Ends the box of a helper, and removes what was made for it.
 *
 * @module
 */

import { boxState } from "../../config/box_state.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { debug } from "../../host/log.ts";
import { exists } from "../../host/path.ts";
import { FileLock } from "../../host/store.ts";
import { until } from "../../host/wait.ts";
import {
  groupFolders,
  groupOf,
  helperFolders,
  helperHome,
  helperId,
  helperLock,
  helpersRoot,
} from "../../hub/folders.ts";
import type { Helper } from "../../hub/record.ts";
import { readHelpers } from "../../hub/state.ts";
import { allBoxes } from "../../run/find_boxes.ts";
import { finishRun } from "../../run/finish.ts";
import { clearRun, readRun, type RunRecord } from "../../run/record.ts";
import { runFolder, runtimeOf } from "../../run/run.ts";
import { stopBox } from "../../session/stop.ts";
import { boxTreeRemover } from "../project/remove_as_box_user.ts";

/** A start that was given up, and the last words of a task, take no longer. */
const SETTLE_MS = 10_000;
const SETTLE_POLL_MS = 20;

/** Ends its box, where there is one. Resolves when it is gone and what it left was taken. */
export async function stopHelper(host: Host, director: string, number: number): Promise<void> {
  const id = helperId(director, number);
  const state = boxState(host.dirs, id);
  // One that is being started is ended once there is something to end.
  const isHeld = () => FileLock.isHeld(helperLock(state));
  const patience = { everyMs: SETTLE_POLL_MS, forMs: SETTLE_MS };
  await until(async () => (await readRun(state))?.phase === "running" || !await isHeld(), patience);
  const record = await readRun(state);
  const box = record ? await foundBox(host, id, record) : (await allBoxes(host)).boxes.get(id);
  if (box) await stopBox(host, box);
  // Who has watched its task writes down how that ended.
  await until(async () => !await isHeld(), patience);
  if (record && await readRun(state)) await finish(host, id, state, record);
}

async function foundBox(host: Host, id: string, record: RunRecord) {
  const runtime = await runtimeOf(host, record);
  const info = await runtime?.inspect(record.box);
  return runtime && info ? { id, role: "helper", runtime, info } : undefined;
}

/** What its own process would have done, had it not been killed. */
async function finish(host: Host, id: string, state: string, record: RunRecord): Promise<void> {
  const runtime = await runtimeOf(host, record);
  if (!runtime) return await clearRun(state, record.run);
  await using mailbox = await runtime.openMailbox(runFolder(state, record.run));
  await finishRun({ host, box: id, state, record, runtime, mailbox });
}

/** Removes its folders, its home, its channels and its state. Throws `running` while its box is there. */
export async function removeHelper(host: Host, director: string, number: number): Promise<void> {
  const helpers = await readHelpers(boxState(host.dirs, director));
  const group = groupOf(helpersRoot(host.dirs, director), helpers, number);
  const state = boxState(host.dirs, helperId(director, number));
  if (await readRun(state)) {
    throw new KanibakoError("running", `The helper ${number} has not ended.`, {
      hint: `Stop it first: kanibako crab helper stop ${number}`,
    });
  }
  await disconnect(host, group, number, helpers);
  await removeFolders(host, group, director, number);
}

/** The folders of a helper that has no channels any more, or whose whole group goes. */
async function removeFolders(
  host: Host,
  group: string,
  director: string,
  number: number,
): Promise<void> {
  const remove = boxTreeRemover(host);
  const id = helperId(director, number);
  for (
    const path of [
      helperFolders(group, number).root,
      helperHome(host.dirs, director, number),
      boxState(host.dirs, id),
    ]
  ) {
    if (exists(path)) await remove(path);
  }
}

/** Removes the channels between it and its siblings, on both sides. */
async function disconnect(
  host: Host,
  group: string,
  number: number,
  helpers: readonly Helper[],
): Promise<void> {
  const { from, both } = groupFolders(group);
  const remove = boxTreeRemover(host);
  const parent = helpers.find((one) => one.number === number)?.parent;
  for (const { number: other } of helpers.filter((one) => one.parent === parent && one.number !== number)) {
    const [a, b] = [Math.min(number, other), Math.max(number, other)];
    const { peers } = helperFolders(group, other);
    for (const name of [`${a}-${b}-ro`, `${b}-${a}-ro`, `${a}-${b}-rw`]) {
      await Deno.remove(`${peers}/${name}`).catch((error: unknown) => debug(() => `no channel: ${error}`));
    }
    await removeIn(from(other), String(number));
    await removeIn(both, `${a}-${b}`);
  }
  if (exists(from(number))) await remove(from(number));
}

/** Removes a name from a folder that boxes can write, by its handle. */
async function removeIn(folder: string, name: string): Promise<void> {
  const { openTree } = await import("../../host/tree/tree.ts");
  try {
    using tree = openTree(folder);
    await tree.remove(name);
  } catch (error) {
    // What a box has put in its place stays that box's.
    debug(() => `a channel stays: ${error}`);
  }
}
