/**
 * What follows the end of a run: take out, record, remove, forget. The same for every way of hosting one.
 *
 * @module
 */

import { LABEL_RUN } from "../runtime/labels.ts";
import { collect, recordConversation } from "./collect.ts";
import { howEnded } from "./ended.ts";
import { clearRun, readRun, writeExit } from "./record.ts";
import type { Run } from "./run.ts";
import { sweepRuns } from "./sweep.ts";

/** The exit code of something that was killed, as a shell has it: it left no word of its own. */
const KILLED = 137;

/**
 * Finishes a run whose box has ended. May be called twice, and by two processes. The record and what the run left go even when
 * something could not be taken: a box is not kept from starting for it.
 */
export async function finishRun(run: Run): Promise<void> {
  const { host, box, state, record, runtime, mailbox } = run;
  const found = await runtime.inspect(record.box).catch(() => undefined);
  const ours = found?.labels[LABEL_RUN] === record.run ? found : undefined;
  const left = await howEnded(state, record.run, mailbox);
  const never = record.phase === "starting" && !ours && !left;
  const code = left?.code ?? ours?.exitCode ?? KILLED;
  if (record.lifetime === "persistent" && !never) {
    await writeExit(state, { run: record.run, code, endedAt: Date.now(), screen: left?.screen ?? "" });
  }
  try {
    await collect(run);
    if (!never) await recordConversation(state, record, code);
  } finally {
    if (ours) await runtime.remove(ours.id);
    await forgetRun(run);
  }
  if (!never) host.events({ kind: "ended", box, run: record.run, atMs: Date.now(), data: { code } });
}

/**
 * Removes a run's record and the host's half of its mailbox, and sweeps what earlier runs left. Not while somebody in the box still
 * holds the mailbox: then only its client has ended, and the next call finds the box by its record. `mayLiveOn`: false where the box
 * is known to have ended, which spares the question.
 */
export async function forgetRun({ state, record, mailbox }: Run, mayLiveOn = true): Promise<void> {
  if (mayLiveOn && await mailbox.alive()) return;
  await clearRun(state, record.run);
  await mailbox.remove();
  await sweepRuns(state, (await readRun(state))?.run);
}
