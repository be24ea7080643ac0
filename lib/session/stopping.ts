/**
 * A box that is being stopped while it is started again: its end is waited for. One whose monitor was killed meanwhile would never be seen
 * to end, so it is ended here.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import { until } from "../host/wait.ts";
import { finishRun, KILLED, ownBox } from "../run/finish.ts";
import { readExit } from "../run/record.ts";
import type { Run } from "../run/run.ts";
import { info, warning } from "../spec/ui.ts";

/** Longer than a box is given to end. */
const STOPPING = { everyMs: 250, forMs: 30_000 };

/** Finishes a run whose box is being stopped. False when it is not: then it runs. Throws `running` when it does not end in time. */
export async function finishStopping(run: Run, name: string): Promise<boolean> {
  const { host: { ui }, runtime, mailbox } = run;
  let found = await ownBox(run);
  if (found?.stopping === "underway") {
    info(ui, "hint", { text: `The box ${name} is being stopped. It is started again once it has ended.` });
    await until(async () => (found = await ownBox(run))?.stopping !== "underway", STOPPING);
  }
  if (!found?.running) return await finishRun(run);
  if (found.stopping === undefined) return false;
  if (found.stopping === "underway") {
    throw new KanibakoError("running", `The box ${name} is being stopped, and has not ended in time.`, {
      hint: `Stop it: kanibako stop ${shellQuote(name)}`,
    });
  }
  warning(ui, "hint", {
    text: `The box ${name} was being stopped when its monitor was killed. What is left of it is ended first.`,
  });
  await runtime.remove(found.id);
  if (await mailbox.alive() && await mailbox.isInhabited?.()) await mailbox.endBox?.(0);
  return await finishRun(run, true);
}

/**
 * Says that the last session of a box ended without a word, which nobody has seen: whoever waits for its work should know. Its exit code is
 * that of what was killed.
 */
export async function noteKilled({ host, state, record }: Run, name: string): Promise<void> {
  if (record.lifetime !== "persistent" || record.phase !== "running") return;
  const exit = await readExit(state);
  if (exit?.run !== record.run || exit.code !== KILLED || exit.screen !== "") return;
  warning(host.ui, "hint", {
    text: `The last session of ${name} ended without a word: it was killed, or this machine was restarted.`,
  });
}
