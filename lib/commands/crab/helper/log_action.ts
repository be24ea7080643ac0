/**
 * Shows the log of a hub. What messages say was written by helpers: it is escaped, and stands on one line.
 *
 * @module
 */

import { anybody } from "../../../app/helper/hub_of.ts";
import { note, out, outText } from "../../../host/ui/terminal.ts";
import { escapeInJson } from "../../../host/ui/text.ts";
import { pause } from "../../../host/timer.ts";
import type { LogEntry } from "../../../hub/log_entry.ts";
import type { Context } from "../../context.ts";
import { hubFor } from "./hub.ts";
import { logLine } from "./log_line.ts";
import type { LogFlags } from "./talk.ts";
import { wholeNumber } from "./words.ts";

const POLL_MS = 200;
const MOST_LINES = 1_000_000;

/** Runs `kanibako crab helper log`. */
export default async function log(this: Context, flags: LogFlags): Promise<void> {
  const tail = flags.tail === undefined ? undefined : wholeNumber("--tail", flags.tail, 0, MOST_LINES);
  using hub = await hubFor(this, flags);
  const from = flags.from === undefined ? {} : { from: anybody(flags.from) };
  const show = (entries: readonly LogEntry[]) => {
    for (const entry of entries) {
      if (flags.json) outText(`${escapeInJson(JSON.stringify(entry))}\n`);
      else out(logLine(entry));
    }
  };
  let answer = await hub.ask("log", { ...from, ...(tail === undefined ? {} : { tail }) });
  show(answer.entries);
  if (!flags.follow) {
    if (answer.entries.length === 0 && !flags.json) note("Nothing has happened.");
    return;
  }
  const stop = new AbortController();
  const interrupted = () => stop.abort();
  Deno.addSignalListener("SIGINT", interrupted);
  try {
    while (!stop.signal.aborted) {
      await pause(POLL_MS);
      answer = await hub.ask("log", { ...from, after: answer.after });
      show(answer.entries);
    }
  } finally {
    Deno.removeSignalListener("SIGINT", interrupted);
  }
}
