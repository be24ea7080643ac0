/**
 * What follows the end of a run: take out, record, remove, forget. The same for every way of hosting one.
 *
 * @module
 */

import { helpersRecord } from "../config/box_state.ts";
import { isSecretName } from "../config/env.ts";
import type { Host } from "../config/system.ts";
import { debug } from "../host/log.ts";
import { exists } from "../host/path.ts";
import { LABEL_RUN } from "../runtime/labels.ts";
import type { BoxInfo } from "../runtime/runtime.ts";
import { BOX_WORKSPACE } from "../spec/box_paths.ts";
import { maskedText } from "../spec/masked_text.ts";
import { warning } from "../spec/ui.ts";
import { collect, recordConversation } from "./collect.ts";
import { howEnded } from "./ended.ts";
import { settleRuns } from "./protect.ts";
import { clearRun, readRun, writeExit } from "./record.ts";
import { type Run, runFolder } from "./run.ts";
import { keptSecrets } from "./secret_values.ts";
import { sweepRuns } from "./sweep.ts";

/** The exit code of something that was killed, as a shell has it: it left no word of its own. */
export const KILLED = 137;

/** Whether a box in the runtime is that of this run; a later run's has the same name. */
export function isOwn({ record }: Run, box: BoxInfo): boolean {
  return box.labels[LABEL_RUN] === record.run;
}

/**
 * The run's own box, running or not. Its runtime's word counts, but for a box of which it says no life and that is there all the same:
 * an engine forgets what runs when its own files are lost.
 */
export async function ownBox(run: Run): Promise<BoxInfo | undefined> {
  const found = await run.runtime.inspect(run.record.box);
  const own = found && isOwn(run, found) ? found : undefined;
  if (own?.running || !await run.mailbox.alive() || !await run.mailbox.isInhabited?.()) return own;
  const { forgottenInfo } = await import("./forgotten.ts");
  return forgottenInfo(run.box, run.record, own);
}

/**
 * Finishes a run whose box has ended. May be called twice, and by two processes. The record and what the run left go even when
 * something could not be taken: a box is not kept from starting for it. False, and nothing is done, when the box runs after all:
 * whoever believed in its end may have heard of it from the box. `stopped`: the runtime has just stopped it, whatever it still says
 * of a box whose monitor was killed. Throws when its runtime does not answer.
 */
export async function finishRun(run: Run, stopped = false): Promise<boolean> {
  const ours = await ownBox(run);
  if (ours?.running && !stopped) return false;
  const ended = await takeLast(run, ours);
  if (ours) await run.runtime.remove(ours.id);
  await forgetRun(run);
  ended();
  return true;
}

/** As {@link finishRun}, for a run whose runtime is not on this machine any more, and of whose box nobody is left. */
export async function finishWithoutRuntime(run: Omit<Run, "runtime">): Promise<void> {
  const ended = await takeLast(run, undefined);
  await forgetFiles(run);
  ended();
}

/** Takes out what a run left, and records how it ended. `found`: what its runtime still has of it. Returns what says that it is over. */
async function takeLast(run: Omit<Run, "runtime">, found: BoxInfo | undefined): Promise<() => void> {
  const { host, box, state, record, mailbox } = run;
  const left = await howEnded(state, record.run, mailbox);
  const never = record.phase === "starting" && !found && !left;
  const code = left?.code ?? found?.exitCode ?? KILLED;
  // First of all: what the user does from now on is theirs.
  if (!never) await lookAtEnd(run);
  if (record.lifetime === "persistent" && !never) {
    const endedAt = Date.now();
    const secrets = await keptSecrets(runFolder(state, record.run));
    const screen = maskedText(left?.screen ?? "", secrets, isSecretName);
    await writeExit(state, { run: record.run, code, endedAt, screen }).catch((error: unknown) => {
      // On a full disk: the box is over all the same, and what is removed with it makes room.
      const reason = error instanceof Error ? error.message : String(error);
      warning(host.ui, "hint", { text: `How the box ended could not be recorded: ${reason}` });
    });
  }
  await collect(run).catch((error: unknown) => notCollected(host, error));
  if (never) return () => {};
  await recordConversation(state, record, code);
  return () => host.events({ kind: "ended", box, run: record.run, atMs: Date.now(), data: { code } });
}

/**
 * Removes a run's record and the host's half of its mailbox, and sweeps what earlier runs left. Not while somebody in the box still
 * holds the mailbox: then only its client has ended, and the next call finds the box by its record. `mayLiveOn`: false where the box
 * is known to have ended, which spares the question.
 */
export async function forgetRun(run: Run, mayLiveOn = true): Promise<void> {
  if (mayLiveOn && await livesOn(run)) return;
  await forgetFiles(run);
}

async function forgetFiles(run: Omit<Run, "runtime"> & Partial<Pick<Run, "runtime">>): Promise<void> {
  const { state, record, mailbox, runtime } = run;
  // Before the run is forgotten: what it left would be taken for what was there.
  await settleRuns(run, record.run);
  await worktreesAtEnd(run);
  // Whoever stops the box waits for this: what it has started does not go on either.
  await endHelpers(run);
  await clearRun(state, record.run);
  if (runtime && Object.hasOwn(record.services, "browser")) {
    const { removeBrowser } = await import("./browser/beside.ts");
    await removeBrowser({ ...run, runtime }).catch((error: unknown) => debug(() => `browser: ${error}`));
  }
  await mailbox.remove();
  await sweepRuns(state, (await readRun(state))?.run, { latest: record.run, runtime });
}

/** The helpers of a box end with it, but for those that were asked to stay. */
async function endHelpers({ host, box, state, record }: Omit<Run, "runtime">): Promise<void> {
  if (!Object.hasOwn(record.services, "hub") || !exists(helpersRecord(state))) return;
  const { endHelpers } = await import("./hub/end_helpers.ts");
  await endHelpers(host, box).catch((error: unknown) => debug(() => `helpers: ${error}`));
}

/**
 * Whether the box has outlived its client. One that has not begun holds nothing yet, so its runtime is asked: one that is left there
 * without a client is removed, and one that came up all the same is found by its record.
 */
async function livesOn(run: Run): Promise<boolean> {
  const { record, runtime, mailbox } = run;
  if (await mailbox.alive()) return true;
  if (record.lifetime !== "ephemeral" || await mailbox.hasBegun()) return false;
  const found = await ownBox(run).catch(() => undefined);
  if (found && !found.running) await runtime.remove(found.id).catch(() => {});
  return found?.running === true;
}

/** Looks at what a run left that this machine will run: nobody may be there to be shown it, so the next start says it. */
export async function lookAtEnd(
  run: Omit<Run, "runtime"> & { readonly runtime?: Run["runtime"] },
): Promise<void> {
  const { state, record } = run;
  // What is moved to the quarantine is not left.
  await settleRuns(run, record.run);
  const { lookAtEnd } = await import("../report/session.ts");
  await lookAtEnd(state, record.run).catch((error: unknown) => debug(() => `not looked at: ${error}`));
}

/** Worktrees that the box has made in its workspace are worktrees on this machine, too. */
async function worktreesAtEnd({ record: { shown, workspace } }: Pick<Run, "record">): Promise<void> {
  const folder = shown?.[0];
  if (folder === undefined || !exists(`${folder}/.git/worktrees`)) return;
  const { translateWorktrees } = await import("../project/git/translate.ts");
  await translateWorktrees(folder, workspace ?? BOX_WORKSPACE)
    .catch((error: unknown) => debug(() => `worktrees: ${error}`));
}

/** Says that what a box left could not be taken. Its run is over all the same. */
export function notCollected({ ui }: Host, error: unknown): void {
  warning(ui, "not-collected", { reason: error instanceof Error ? error.message : String(error) });
}
