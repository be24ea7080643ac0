/**
 * Whether a box that nobody is attached to has begun well. Without this, a start without a terminal would report success for a command
 * that there is not, or an agent that failed at once.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { pause } from "../host/timer.ts";
import { until as waitUntil } from "../host/wait.ts";
import type { HowEnded } from "../run/ended.ts";
import { readExit } from "../run/record.ts";
import type { Run } from "../run/run.ts";
import { whetherEnded } from "./attach.ts";

/** A command that has lived so long has begun well, as far as anybody can see. */
const LIVED_MS = 1000;
/** What is applied to the home comes first, and may take a while; after this nobody waits any longer. */
const BEGINNING_MS = 10_000;
const POLL_MS = 50;
/** The supervisor is given so long to record an end. */
const RECORDING = { everyMs: POLL_MS, forMs: 3000 };

/** Waits until the command of a box has lived a moment. How it ended, when it ended before; `undefined` when it goes on. */
export async function endedAtOnce(run: Run): Promise<HowEnded | undefined> {
  let until = Date.now() + BEGINNING_MS;
  let began = false;
  for (;;) {
    const ended = await whetherEnded(run);
    if (ended) {
      await waitUntil(() => isRecorded(run), RECORDING);
      return ended;
    }
    if (!began && await saysItBegan(run)) {
      began = true;
      until = Date.now() + LIVED_MS;
    }
    if (Date.now() >= until) return undefined;
    await pause(POLL_MS);
  }
}

/** Whether the supervisor has written the end down, so that what is asked next finds it. */
async function isRecorded({ state, record }: Run): Promise<boolean> {
  return (await readExit(state).catch(() => undefined))?.run === record.run;
}

/** A box that lies about this only spoils the report of its own start. */
async function saysItBegan({ mailbox }: Run): Promise<boolean> {
  try {
    return await mailbox.take("began", 16) !== undefined;
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    return false;
  }
}
