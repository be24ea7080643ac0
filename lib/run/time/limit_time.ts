/**
 * The service that stops a box which has been idle for too long, or has run for as long as it may. It says so before, in the session's
 * status line or where its command runs in the foreground, and the box ends as with `stop`: its login is taken out, its end recorded.
 *
 * @module
 */

import { debug } from "../../host/log.ts";
import { after } from "../../host/timer.ts";
import type { ServiceSpec } from "../../spec/box_spec.ts";
import { warning } from "../../spec/ui.ts";
import { endOwn } from "../end_own.ts";
import { readRun } from "../record.ts";
import type { Run } from "../run.ts";
import type { OpenService } from "../service.ts";
import { showStatus } from "../status_line.ts";
import { Activity } from "./activity.ts";
import { Deadline, type TimeLimits, type Verdict } from "./deadline.ts";

/** Opens it. `options`: `idleSeconds` and `seconds`, each where there is such a limit. */
export function openTimeLimit(run: Run, options: ServiceSpec["options"]): Promise<OpenService> {
  const { idleSeconds, seconds } = options;
  const keeper = new TimeKeeper(run, {
    ...(typeof idleSeconds === "number" ? { idleMs: idleSeconds * 1000 } : {}),
    ...(typeof seconds === "number" ? { durationMs: seconds * 1000 } : {}),
  });
  return Promise.resolve(keeper);
}

class TimeKeeper implements OpenService {
  readonly #run: Run;
  readonly #deadline: Deadline;
  readonly #activity: Activity | undefined;
  #activeAt = Date.now();
  #cancel: () => void;
  #working: Promise<void> | undefined;
  #closed = false;
  /** What is shown in the session. */
  #shown = "";

  constructor(run: Run, limits: TimeLimits) {
    this.#run = run;
    this.#deadline = new Deadline(limits, run.record.startedAt);
    this.#activity = limits.idleMs === undefined ? undefined : new Activity(run);
    this.#cancel = this.#arm();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#cancel();
    await this.#working;
  }

  #arm(): () => void {
    return after(this.#deadline.waitMs, () => {
      this.#working = this.#look()
        .catch((error: unknown) => debug(() => `time limit: ${error}`))
        .finally(() => {
          if (!this.#closed) this.#cancel = this.#arm();
        });
    });
  }

  async #look(): Promise<void> {
    // What stands still is not idle: its user wants that.
    const paused = (await readRun(this.#run.state))?.paused === true;
    if (paused || await this.#activity?.look()) this.#activeAt = Date.now();
    if (this.#closed) return;
    const verdict = this.#deadline.at(Date.now(), this.#activeAt);
    if (verdict.kind === "stop") return await endOwn(this.#run, verdict.why);
    if (!paused) await this.#show(verdict);
  }

  async #show(verdict: Verdict): Promise<void> {
    const text = verdict.kind === "warn" ? warningText(verdict) : "";
    if (text === this.#shown) return;
    const first = this.#shown === "";
    this.#shown = text;
    if (this.#run.record.lifetime === "persistent") return await showStatus(this.#run, text, "left");
    if (first && verdict.kind === "warn") {
      warning(this.#run.host.ui, "stops-soon", { why: verdict.why, inMs: verdict.inMs });
    }
  }
}

function warningText({ why, inMs }: Extract<Verdict, { kind: "warn" }>): string {
  const left = inMs > 60_000 ? `${Math.ceil(inMs / 60_000)} min` : "less than a minute";
  return why === "idle" ? `Idle: this box stops in ${left}` : `Time is up: this box stops in ${left}`;
}
