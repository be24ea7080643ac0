/**
 * Runs a command in a box that is already running, on this process's own streams.
 *
 * @module
 */

import { callIn } from "../run/call_in.ts";
import type { Io } from "../runtime/io.ts";
import type { BoxRuntime } from "../runtime/runtime.ts";
import { passSignals } from "./signals.ts";

/** A command for a running box. */
export interface BoxCommand {
  readonly runtime: BoxRuntime;
  readonly box: string;
  /** The box's state folder. */
  readonly state: string;
  readonly argv: readonly string[];
  /** Variables for this command alone. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether the command gets a terminal of its own on ours. */
  readonly terminal: boolean;
}

/** Runs it; its exit code, or `undefined` when the box does not run. */
export async function execInBox(
  { runtime, box, state, argv, env, terminal }: BoxCommand,
): Promise<number | undefined> {
  const io: Io = { kind: "inherit", terminal };
  const asked = { box, kind: "command", argv, env } as const;
  const call = await callIn(runtime, state, asked, io) ?? runtime.exec(asked, io);
  await using _passing = passSignals(call, terminal);
  const outcome = await call.outcome;
  return outcome.kind === "not-running" ? undefined : outcome.code;
}
