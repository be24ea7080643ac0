/**
 * The end of a run where places of the project were protected.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { debug } from "../host/log.ts";
import { isThere, readText, writeText } from "../host/store.ts";
import { until } from "../host/wait.ts";
import { protectFolder } from "../config/box_state.ts";
import { protectedRuns } from "../protect/manifest.ts";
import type { BoxRuntime } from "../runtime/runtime.ts";
import { warning } from "../spec/ui.ts";
import { readRun } from "./record.ts";
import { runFolder } from "./run.ts";

/** A supervisor that finishes a run has this long before nobody waits for it any more. */
const SETTLING_MS = 5000;
const SETTLING_POLL_MS = 25;

/** What is needed to settle a run. */
interface Settling {
  readonly host: Host;
  /** The box's id. */
  readonly box: string;
  /** The box's state folder. */
  readonly state: string;
  /** Reaches files of other users of the box. */
  readonly runtime?: BoxRuntime | undefined;
}

/**
 * Moves what was made at protected places to the quarantine, and puts back what was protected: of that run, or of all that are over.
 * Costs one look where nothing was. A failure is reported: the run is over all the same.
 */
export async function settleRuns(settling: Settling, run?: string): Promise<void> {
  const { host, state, box, runtime } = settling;
  // Most boxes have none, and need no more than this.
  if (!isThere(protectFolder(state))) return;
  for (const one of protectedRuns(state)) {
    if (run === undefined ? await mayGoOn(state, one) : one !== run) continue;
    try {
      const { settleProtected } = await import("../protect/settle.ts");
      const { taken, failed } = await settleProtected(
        state,
        one,
        runtime?.ownAsBoxUser && ((path, below) => runtime.ownAsBoxUser!(path, below)),
      );
      if (taken.length > 0) {
        host.events({ kind: "quarantined", box, run: one, atMs: Date.now(), data: { count: taken.length } });
      }
      for (const { path, reason } of failed) warning(host.ui, "not-quarantined", { path, reason });
    } catch (error) {
      debug(() => `not settled: ${error}`);
      warning(host.ui, "not-quarantined", {
        path: ".",
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }
}

/**
 * Says what went to the quarantine since this was said last. `name`: the project, as it is found from everywhere. After a run that somebody else finishes, a supervisor, it waits for that.
 */
export async function announceQuarantined({ ui }: Host, state: string, name: string): Promise<void> {
  if (!isThere(protectFolder(state))) return;
  const isSettled = async () => {
    const going = await Promise.all(protectedRuns(state).map((run) => isHeld(state, run)));
    return going.every((held) => held);
  };
  await until(isSettled, { everyMs: SETTLING_POLL_MS, forMs: SETTLING_MS });
  const [{ listQuarantine }, { entryOf }] = await Promise.all([
    import("../protect/quarantine.ts"),
    import("../report/table.ts"),
  ]);
  const said = await readText(saidFile(state)) ?? "";
  const items = (await listQuarantine(state)).filter(({ id, reason }) => id > said && reason !== "replaced");
  if (items.length === 0) return;
  await writeText(saidFile(state), items.at(-1)!.id, 0o600, { durable: false });
  const shown = items.map(({ path, reason, entry, kind }) => ({
    path,
    reason,
    what: entryOf(entry)?.what ?? kind,
  }));
  warning(ui, "quarantined", { name, items: shown });
}

/** Up to which thing of the quarantine it was said. */
function saidFile(state: string): string {
  return `${state}/quarantine.said`;
}

/** Whether a run may not be over. A box can let go of its mailbox and go on, so the record counts, too. */
async function mayGoOn(state: string, run: string): Promise<boolean> {
  return (await readRun(state))?.run === run || await isHeld(state, run);
}

/** Whether somebody in the box holds its end of the mailbox. */
async function isHeld(state: string, run: string): Promise<boolean> {
  const { isHeldOpen } = await import("../host/fifo.ts");
  return isHeldOpen(`${runFolder(state, run)}/in/alive`);
}
