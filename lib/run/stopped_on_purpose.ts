/**
 * Whether a run ended because its user, a script or a time limit stopped it from elsewhere: whoever looks on learns that, and not that the
 * box failed. Kept beside the run's record, which goes with the run.
 *
 * @module
 */

import { stoppedRun } from "../config/box_state.ts";
import { debug } from "../host/log.ts";
import { readText, writeText } from "../host/store.ts";

/** Why a run was stopped: by somebody, as it was `idle` for too long, or because its time was up. */
export type WhyStopped = "asked" | "idle" | "duration";

/** Records that a run is about to be stopped. Only words depend on it, so a failure is no error. */
export async function noteStopping(state: string, run: string, why: WhyStopped = "asked"): Promise<void> {
  await writeText(stoppedRun(state), why === "asked" ? `${run}\n` : `${run} ${why}\n`, 0o600, {
    durable: false,
  })
    .catch((error: unknown) => debug(() => `the stop is not recorded: ${error}`));
}

/** Takes that back: it could not be stopped, and its end will have another reason. */
export async function forgetStopping(state: string): Promise<void> {
  await Deno.remove(stoppedRun(state))
    .catch((error: unknown) => debug(() => `the stop stays recorded: ${error}`));
}

/** Why this run was stopped; `undefined` where that was not its end. */
export async function whyStopped(state: string, run: string): Promise<WhyStopped | undefined> {
  const text = await readText(stoppedRun(state)).catch(() => undefined);
  if (text === `${run}\n`) return "asked";
  return (["idle", "duration"] as const).find((why) => text === `${run} ${why}\n`);
}
