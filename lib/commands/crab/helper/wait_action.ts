/**
 * Waits for helpers.
 *
 * @module
 */

import { named as byWord } from "../../../app/helper/hub_of.ts";
import { json, note, out } from "../../../host/ui/terminal.ts";
import type { AnswerTo } from "../../../hub/words.ts";
import type { Context } from "../../context.ts";
import { parseDuration, shownDuration } from "../../duration.ts";
import { hubFor } from "./hub.ts";
import type { WaitFlags } from "./life.ts";
import { named, statusPart } from "./words.ts";

/** What `timeout` of coreutils ends with. */
const TIMED_OUT_CODE = 124;
/** How long a hub is asked to wait at once, in milliseconds. */
const WAIT_MS = 30_000;

/** Runs `kanibako crab helper wait`. Returns its exit code. */
export default async function wait(this: Context, flags: WaitFlags): Promise<number> {
  const timeoutMs = flags.timeout === undefined ? undefined : parseDuration("--timeout", flags.timeout);
  const until = timeoutMs === undefined ? Infinity : performance.now() + timeoutMs;
  using hub = await hubFor(this, flags);
  let answer: AnswerTo<"wait">;
  // A hub waits no longer than it wants to at once.
  do {
    const left = Math.max(0, Math.min(WAIT_MS, Math.ceil(until - performance.now())));
    answer = await hub.ask("wait", { helpers: this.rest.map(byWord), any: flags.any, timeout_ms: left });
  } while (answer.timed_out && performance.now() < until);
  const { helpers, timed_out: timedOut } = answer;
  if (flags.json) json({ helpers, timedOut });
  else {
    for (const one of helpers) {
      out(
        `${named(one)}  `,
        statusPart(one.status),
        ...one.exitCode === undefined ? [] : [`  ${one.exitCode}`],
      );
    }
    if (helpers.length === 0) note("There are no helpers to wait for.");
    if (timedOut) note(`Not all of them ended within ${shownDuration(flags.timeout!)}.`);
  }
  if (timedOut) return TIMED_OUT_CODE;
  return helpers.some(({ status }) => status === "failed" || status === "stopped") ? 1 : 0;
}
