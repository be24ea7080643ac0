/**
 * Ends that a run shares the host's login, while the box runs on.
 *
 * @module
 */

import { readRun, type RunRecord, writeRun } from "./record.ts";

/** Records it for the run that goes on, if any. */
export async function unshareRun(state: string): Promise<void> {
  const record = await readRun(state);
  if (record?.sharedAuth) await writeRun(state, { ...record, sharedAuth: false });
}

/** Whether a run has ceased to share the login since it was recorded as this says. */
export async function isUnshared(state: string, { run }: RunRecord): Promise<boolean> {
  const now = await readRun(state);
  return now?.run === run && !now.sharedAuth;
}
