/**
 * Runs a command in a box that is already running, on this process's own streams.
 *
 * @module
 */

import { attend } from "../run/attended.ts";
import { callInto } from "../run/call_in.ts";
import type { Io } from "../runtime/io.ts";
import type { BoxRuntime } from "../runtime/runtime.ts";
import { catchSignals, MOST_SIGNALS } from "./signals.ts";

/** A command for a running box. */
export interface BoxCommand {
  readonly runtime: BoxRuntime;
  readonly box: string;
  /** The box's state folder. */
  readonly state: string;
  readonly argv: readonly string[];
  /** Variables for this command alone. */
  readonly env: Readonly<Record<string, string>>;
  /** The folder in the box that it runs in, where the box has it; else the workspace. */
  readonly at: string | undefined;
  /** Where the workspace is in the box; absent: where it is by default. */
  readonly workdir: string | undefined;
  /** This process's own streams, or its terminal. */
  readonly io: Io;
  /** Is given the number of calls under way where this one has to wait for one of them to end. */
  readonly waits?: (calls: number) => void;
}

/** Runs it; its exit code, or `undefined` when the box does not run. */
export async function execInBox(
  { runtime, box, state, argv, env, at, workdir, io, waits }: BoxCommand,
): Promise<number | undefined> {
  using _attended = io.kind === "terminal" ? attend(state, true) : undefined;
  // Before a terminal is made raw, so that nothing ends this process without its being put back.
  await using signals = catchSignals(io.kind === "terminal", MOST_SIGNALS);
  const asked = {
    box,
    kind: "command",
    argv,
    env,
    ...(at === undefined ? {} : { at }),
    ...(workdir === undefined ? {} : { workdir }),
  } as const;
  const call = callInto({ runtime, state, ...(waits ? { waits } : {}) }, asked, io);
  signals.passTo(call);
  const outcome = await call.outcome;
  return outcome.kind === "not-running" ? undefined : outcome.code;
}
