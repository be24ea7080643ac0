/**
 * Words of ours in the status line of a session, and back to what the rig has there.
 *
 * @module
 */

import { after } from "../host/timer.ts";
import { TMUX_SESSION } from "../spec/box_paths.ts";
import { callInto } from "./call_in.ts";
import type { Run } from "./run.ts";

/** The status line is the box's: what does not get there in time is not waited for. */
const STATUS_MS = 5000;

/** A side of the line: questions are on the right, what is about the box itself on the left. */
export type StatusSide = "left" | "right";

/** The words that have tmux show a text, or go back to what it showed before. The text has no character that tmux gives a meaning to. */
export function statusCommand(text: string, side: StatusSide = "right"): readonly string[] {
  const target = ["-t", `=${TMUX_SESSION}:`];
  const options = [
    ["status", "on"],
    [`status-${side}-length`, "120"],
    [`status-${side}`, `#[reverse] ${text} ${side === "left" ? "#[default] " : ""}`],
  ];
  return ["tmux"].concat(...options.flatMap(([name, value], at) => [
    ...(at === 0 ? [] : [";"]),
    "set-option",
    ...(text === "" ? ["-u"] : []),
    ...target,
    name!,
    ...(text === "" ? [] : [value!]),
  ]));
}

/** Shows a text in the session's status line; none: what was there before. Rejects where the box does not answer. */
export async function showStatus(
  { runtime, state, record }: Run,
  text: string,
  side: StatusSide = "right",
): Promise<void> {
  const asked = { box: record.box, kind: "command", argv: statusCommand(text, side), env: {} } as const;
  const call = callInto({ runtime, state }, asked, { kind: "streams" });
  const cancel = after(STATUS_MS, () => call.abandon());
  await call.outcome.finally(cancel);
}
