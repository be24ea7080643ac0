/**
 * Ending a box from beside it: by a service that has found that it has run for long enough, or for nobody.
 *
 * @module
 */

import { ownBox } from "./finish.ts";
import type { Run } from "./run.ts";
import { forgetStopping, noteStopping, type WhyStopped } from "./stopped_on_purpose.ts";

/** As with `stop`. */
const GRACE_MS = 15_000;

/** Asks the run's own box to end, as `stop` does; whoever hosts the run finishes it. `why` is what is said of it afterwards. */
export async function endOwn(run: Run, why: WhyStopped): Promise<void> {
  const { runtime, record, state } = run;
  const found = await ownBox(run);
  if (!found?.running) return;
  await noteStopping(state, record.run, why);
  if (found.paused) await runtime.resume?.(found.id);
  const { FORGOTTEN } = await import("./forgotten.ts");
  try {
    // One that its runtime has forgotten is ended by its processes, as with `stop`.
    if (found.state === FORGOTTEN) await run.mailbox.endBox?.(GRACE_MS);
    else await runtime.stop(found.id, GRACE_MS);
  } catch (error) {
    await forgetStopping(state);
    throw error;
  }
}
