/**
 * Boxes whose processes stand still. Nothing in them answers, so nobody waits for that: the record of their run says so at once, and
 * the runtime is asked whether it is still true.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { boxState } from "../config/box_state.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/ui/text.ts";
import type { FoundBox } from "../run/find_boxes.ts";
import { ownBox } from "../run/finish.ts";
import { readRun, writeRun } from "../run/record.ts";
import type { Run } from "../run/run.ts";
import { LABEL_RUN } from "../runtime/labels.ts";

/** Pauses a box. Throws `cannot-pause` where its runtime cannot. */
export async function pauseBox(host: Host, box: FoundBox): Promise<void> {
  const { runtime, info } = box;
  if (!runtime.pause) throw new KanibakoError("cannot-pause", `${runtime.kind} cannot pause a box.`);
  // First: from the moment it stands still, whoever calls it hears of that.
  await notePaused(host, box, true);
  try {
    await runtime.pause(info.id);
  } catch (error) {
    await notePaused(host, box, false);
    throw error;
  }
}

/** Lets the processes of a paused box go on. */
export async function resumeBox(host: Host, box: FoundBox): Promise<void> {
  await box.runtime.resume?.(box.info.id);
  await notePaused(host, box, false);
}

async function notePaused(host: Host, { id, info }: FoundBox, paused: boolean): Promise<void> {
  const state = boxState(host.dirs, id);
  const record = await readRun(state);
  if (!record || record.run !== info.labels[LABEL_RUN]) return;
  const { paused: _paused, ...others } = record;
  await writeRun(state, paused ? { ...others, paused } : others);
}

/** Throws `paused` for a run whose box is recorded as paused, and is. One that was resumed by other means is no more recorded so. */
export async function assertNotPaused(run: Run, name: string): Promise<void> {
  if (!run.record.paused) return;
  if ((await ownBox(run))?.paused) throw pausedError(name);
  const now = await readRun(run.state);
  if (now?.run !== run.record.run) return;
  const { paused: _paused, ...others } = now;
  await writeRun(run.state, others);
}

/** The box stands still. */
export function pausedError(name: string): KanibakoError {
  return new KanibakoError("paused", `The box ${name} is paused.`, {
    hint: `Resume it: kanibako box resume ${shellQuote(name)}`,
  });
}
