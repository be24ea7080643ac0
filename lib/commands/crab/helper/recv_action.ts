/**
 * Takes the messages of this box. What they say was written by helpers: `out` escapes it.
 *
 * @module
 */

import { anybody } from "../../../app/helper/hub_of.ts";
import { UsageError } from "../../../host/error.ts";
import { json, note } from "../../../host/ui/terminal.ts";
import type { Message } from "../../../hub/words.ts";
import type { Context } from "../../context.ts";
import { parseDuration, shownDuration } from "../../duration.ts";
import { hubFor } from "./hub.ts";
import type { RecvFlags } from "./talk.ts";
import { showMessage } from "./words.ts";

/** What `timeout` of coreutils ends with. */
const TIMED_OUT_CODE = 124;
/** How long a hub is asked to wait at once, in milliseconds. */
const WAIT_MS = 30_000;

/** Runs `kanibako crab helper recv`. Returns its exit code. */
export default async function recv(this: Context, flags: RecvFlags): Promise<number> {
  if (flags.timeout !== undefined && !flags.wait) {
    throw new UsageError("Option --timeout goes with --wait.", { hint: "Add --wait." });
  }
  const until = flags.timeout === undefined
    ? Infinity
    : performance.now() + parseDuration("--timeout", flags.timeout);
  using hub = await hubFor(this, flags);
  const from = flags.from === undefined ? {} : { from: anybody(flags.from) };
  let messages: readonly Message[];
  do {
    const left = flags.wait ? Math.max(0, Math.min(WAIT_MS, Math.ceil(until - performance.now()))) : 0;
    ({ messages } = await hub.ask("recv", { ...from, ...(left > 0 ? { wait_ms: left } : {}) }));
  } while (flags.wait && messages.length === 0 && performance.now() < until);
  if (flags.json) json(messages);
  else for (const message of messages) showMessage(message);
  if (messages.length > 0) return 0;
  if (!flags.json) {
    note(
      flags.wait ? `There was no message within ${shownDuration(flags.timeout!)}.` : "There are no messages.",
    );
  }
  return flags.wait ? TIMED_OUT_CODE : 0;
}
