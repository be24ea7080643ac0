/**
 * Deletes what earlier runs of a box left on the host.
 *
 * @module
 */

import { runsFolder } from "../config/box_state.ts";
import { KanibakoError } from "../host/error.ts";
import { debug } from "../host/log.ts";
import type { BoxRuntime } from "../runtime/runtime.ts";
import { secretsFile } from "./secret_values.ts";

/** A run that was being prepared a moment ago may not be recorded yet. */
const YOUNG_MS = 60_000;

/** What a sweep can know. */
export interface SweepOptions {
  /**
   * A run that was started or is over; nobody prepares those before it any more, as boxes are started one after the other. By
   * default the recorded one.
   */
  readonly latest?: string | undefined;
  /** What can remove what belongs to another user of the box. */
  readonly runtime?: Pick<BoxRuntime, "removeTreeAsBoxUser"> | undefined;
}

/**
 * Deletes the folders of runs that are over. Not the recorded one's, and none in which the host's half is still there: it is
 * removed when a run is finished, so its run is being prepared, or its box was found alive, or its process was killed; the last
 * are deleted once nobody answers there. The box could write these folders: they are only touched by handle.
 */
export async function sweepRuns(
  state: string,
  recorded: string | undefined,
  { latest = recorded, runtime }: SweepOptions = {},
): Promise<void> {
  const runs = runsFolder(state);
  const names: string[] = [];
  try {
    for (const entry of Deno.readDirSync(runs)) if (entry.name !== recorded) names.push(entry.name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  if (names.length === 0) return;
  for (const name of names) {
    const folder = `${runs}/${name}`;
    if (await inUse(folder, latest !== undefined && name < latest) || removeEmpty(folder)) continue;
    await remove(folder, runtime).catch((error: unknown) => debug(() => `not swept: ${error}`));
  }
}

async function remove(folder: string, runtime: SweepOptions["runtime"]): Promise<void> {
  const { removeTree } = await import("../host/tree/remove.ts");
  try {
    await removeTree(folder);
  } catch (error) {
    if (!(error instanceof KanibakoError) || error.code !== "needs-engine") throw error;
    if (!runtime?.removeTreeAsBoxUser) throw error;
    await runtime.removeTreeAsBoxUser(folder);
  }
}

/**
 * Removes the folder of a run that left nothing, without loading what it takes to walk what a box wrote: these are single names in
 * folders that no box can write, and a folder that is not empty stays.
 */
function removeEmpty(folder: string): boolean {
  const ours = [`${folder}/delivery.json`, secretsFile(folder), `${folder}/ready`];
  for (const path of [...ours, `${folder}/out`, folder]) {
    try {
      Deno.removeSync(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) return false;
    }
  }
  return true;
}

/** Whether somebody still needs a run's folder: it is being prepared, or a box holds its end of the mailbox. */
async function inUse(folder: string, over: boolean): Promise<boolean> {
  let handedIn: Deno.FileInfo;
  try {
    handedIn = Deno.lstatSync(`${folder}/in`);
  } catch {
    return false;
  }
  if (!over && Date.now() - (handedIn.mtime?.getTime() ?? 0) < YOUNG_MS) return true;
  const { isHeldOpen } = await import("../host/fifo.ts");
  return isHeldOpen(`${folder}/in/alive`);
}
