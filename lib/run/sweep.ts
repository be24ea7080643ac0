/**
 * Deletes what earlier runs of a box left on the host.
 *
 * @module
 */

import { runsFolder } from "../config/box_state.ts";
import { debug } from "../host/log.ts";

/** A run that was being prepared a moment ago may not be recorded yet. */
const YOUNG_MS = 60_000;

/**
 * Deletes the folders of runs that are over. Not the recorded one's, and none in which the host's half is still there: it is
 * removed when a run is finished, so its run is being prepared, or its box was found alive, or its process was killed; the last
 * are deleted once nobody answers there. The box could write these folders: they are only touched by handle.
 */
export async function sweepRuns(state: string, recorded: string | undefined): Promise<void> {
  const runs = runsFolder(state);
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(runs)) if (entry.name !== recorded) names.push(entry.name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  if (names.length === 0) return;
  const { removeTree } = await import("../host/tree/remove.ts");
  for (const name of names) {
    const folder = `${runs}/${name}`;
    if (await inUse(folder)) continue;
    await removeTree(folder).catch((error: unknown) => debug(() => `not swept: ${error}`));
  }
}

/** Whether somebody still needs a run's folder: it is new, or a box holds its end of the mailbox. */
async function inUse(folder: string): Promise<boolean> {
  const handedIn = await Deno.lstat(`${folder}/in`).catch(() => undefined);
  if (!handedIn) return false;
  if (Date.now() - (handedIn.mtime?.getTime() ?? 0) < YOUNG_MS) return true;
  const { isHeldOpen } = await import("../host/fifo.ts");
  return isHeldOpen(`${folder}/in/alive`);
}
