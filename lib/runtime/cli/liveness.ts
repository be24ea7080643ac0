/**
 * Whether a container that an engine calls alive is. An engine without a daemon says what a monitor beside each container wrote down
 * last; once that was killed, nobody corrects it.
 *
 * @module
 */

import { isLive } from "../../host/live.ts";
import type { BoxInfo } from "../runtime.ts";

/** What an engine says of a container's state. */
export interface SaidState {
  readonly Status: string;
  readonly Running?: boolean;
  readonly ExitCode?: number;
  readonly Pid?: number;
  /** Its monitor; absent of an engine with a daemon. */
  readonly ConmonPid?: number;
}

/** Whether a container in this state has processes, be they paused: what they hold open they can still write. */
export function isAlive(state: string): boolean {
  return ["running", "paused", "pausing", "stopping", "restarting"].includes(state);
}

/** What a state comes to, the processes taken into account that it names. `lives`: whether a process does. */
export function livenessOf(
  said: SaidState,
  lives: (pid: number) => boolean = isLive,
): Pick<BoxInfo, "running" | "paused" | "stopping" | "state" | "exitCode"> {
  const { Status: state, Pid: pid, ConmonPid: monitor, ExitCode: exitCode } = said;
  const code = exitCode === undefined ? {} : { exitCode };
  if (!said.Running && !isAlive(state)) return { running: false, state, ...code };
  const unwatched = Boolean(monitor) && !lives(monitor!);
  // What it ended with is not known: nobody was there to see it.
  if (unwatched && pid && !lives(pid)) return { running: false, state: "dead" };
  return {
    running: true,
    state,
    ...(state === "paused" ? { paused: true } : {}),
    ...(state === "stopping" ? { stopping: unwatched ? "stuck" : "underway" } : {}),
    ...code,
  };
}
