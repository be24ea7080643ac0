/**
 * One run of a box: what its record says, and how it is reached.
 *
 * @module
 */

import { runsFolder } from "../config/box_state.ts";
import type { Host } from "../config/system.ts";
import type { Mailbox } from "../runtime/mailbox.ts";
import { reopenRuntime } from "../runtime/open.ts";
import type { BoxRuntime } from "../runtime/runtime.ts";
import type { RunRecord } from "./record.ts";

/** A run, and the means to reach it. */
export interface Run {
  readonly host: Host;
  /** The box's id. */
  readonly box: string;
  /** The box's state folder. */
  readonly state: string;
  readonly record: RunRecord;
  readonly runtime: BoxRuntime;
  readonly mailbox: Mailbox;
}

/** A new run's id: sorts by time. */
export function newRunId(): string {
  return `${Date.now().toString(36)}-${crypto.randomUUID().slice(0, 8)}`;
}

/** The folder of one run on this host. Creates nothing. */
export function runFolder(state: string, run: string): string {
  return `${runsFolder(state)}/${run}`;
}

/** The runtime of a recorded run; `undefined` when it is not on this machine any more. */
export async function runtimeOf(host: Host, record: RunRecord): Promise<BoxRuntime | undefined> {
  return await reopenRuntime(host.dirs, record.runtime, record.place);
}
