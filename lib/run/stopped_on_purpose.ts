/**
 * Whether a run ended because its user, or a script, stopped it from elsewhere: whoever looks on learns that, and not that the box failed.
 * Kept beside the run's record, which goes with the run.
 *
 * @module
 */

import { stoppedRun } from "../config/box_state.ts";
import { debug } from "../host/log.ts";
import { readText, writeText } from "../host/store.ts";

/** Records that a run is about to be stopped. Only words depend on it, so a failure is no error. */
export async function noteStopping(state: string, run: string): Promise<void> {
  await writeText(stoppedRun(state), `${run}\n`, 0o600, { durable: false })
    .catch((error: unknown) => debug(() => `the stop is not recorded: ${error}`));
}

/** Whether that was the end of this run. */
export async function wasStopped(state: string, run: string): Promise<boolean> {
  return (await readText(stoppedRun(state)).catch(() => undefined)) === `${run}\n`;
}
