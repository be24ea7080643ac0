/**
 * Whether a session is at work: something is typed or shown in it, a shell is open beside it, or it uses processor or network. What the
 * box says of itself is its own word: one that pretends to be at work could as well work.
 *
 * @module
 */

import { debug } from "../../host/log.ts";
import type { Meter, Usage } from "../../runtime/runtime.ts";
import { TMUX_SESSION } from "../../spec/box_paths.ts";
import { askBox } from "../ask_box.ts";
import { hasShellBeside } from "../attended.ts";
import type { Run } from "../run.ts";
import { usageInside } from "../usage_inside.ts";

/** Below this share of one processor a box counts as idle: looking at it takes some, too. */
const IDLE_SHARE = 0.05;
const LOOK_CPU_MS = 200;
/** So much goes over a network that nobody uses. */
const IDLE_BYTES = 64 * 1024;
const MOST_BYTES = 16 * 1024;

/** When anything was last shown in a window, and typed on a terminal: seconds since 1970, one a line. */
const SCRIPT =
  `tmux list-windows -t "=$1" -F '#{window_activity}'; tmux list-clients -t "=$1" -F '#{client_activity}'`;

/** Looks at one run again and again. */
export class Activity {
  readonly #run: Run;
  #meter: Meter | undefined;
  #looked = false;
  #last: Usage | undefined;
  #screen = "";

  constructor(run: Run) {
    this.#run = run;
  }

  /** Whether it has been at work since the last look. The first one says so in any case. A box that cannot be asked counts as at work. */
  async look(): Promise<boolean> {
    try {
      const [screen, usage] = [await this.#onScreen(), await this.#usage()];
      const before = this.#last;
      const changed = screen !== this.#screen || !this.#looked;
      [this.#looked, this.#screen, this.#last] = [true, screen, usage];
      return changed || hasShellBeside(this.#run.state) || !before || !usage || uses(before, usage);
    } catch (error) {
      debug(() => `activity: ${error}`);
      return true;
    }
  }

  async #onScreen(): Promise<string> {
    const answer = await askBox(this.#run, {
      argv: ["sh", "-c", SCRIPT, "sh", TMUX_SESSION],
      maxBytes: MOST_BYTES,
      silent: { message: "The box does not say whether it is idle.", hint: "" },
    });
    return answer?.text ?? "";
  }

  async #usage(): Promise<Usage | undefined> {
    const { runtime, record } = this.#run;
    this.#meter ??= await runtime.meter?.(record.box).catch(() => undefined);
    return this.#meter?.() ?? await usageInside(this.#run);
  }
}

/** Whether a box has used something worth naming between two looks. */
export function uses(before: Usage, now: Usage): boolean {
  const spent = (now.cpuMs ?? 0) - (before.cpuMs ?? 0);
  const passed = ({ receivedBytes = 0, sentBytes = 0 }: Usage) => receivedBytes + sentBytes;
  return spent > Math.max(LOOK_CPU_MS, IDLE_SHARE * (now.atMs - before.atMs)) ||
    passed(now) - passed(before) > IDLE_BYTES;
}
