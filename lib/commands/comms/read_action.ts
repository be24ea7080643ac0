/**
 * Reads messages. What they say was written in boxes: `out` escapes it.
 *
 * @module
 */

import { readMessages } from "../../app/comms/comms.ts";
import type { Message } from "../../comms/messages.ts";
import { UsageError } from "../../host/error.ts";
import { json, note, out, warn } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";
import type { ReadFlags } from "./comms.ts";
import { parseLines } from "../line_count.ts";
import { postOf } from "./post.ts";

const USUAL_LINES = 50;

/** Runs `kanibako comms read`. */
export default async function read(this: Context, flags: ReadFlags, name?: string): Promise<void> {
  if (flags.broadcast && name !== undefined) {
    throw new UsageError("--broadcast reads the messages to all boxes, and takes no name.");
  }
  const most = flags.lines === undefined ? USUAL_LINES : parseLines(flags.lines);
  const found = await readMessages(await postOf(this), {
    ...(name === undefined ? {} : { of: name }),
    broadcast: flags.broadcast,
    take: flags.clear,
  });
  // What is removed is shown whole.
  const shown = flags.clear && flags.lines === undefined ? found.messages : found.messages.slice(-most);
  const cut = found.cut || shown.length < found.messages.length;
  if (flags.json) return json({ mailbox: found.mailbox ?? null, messages: shown, cut, unread: found.unread });
  for (const message of shown) for (const line of linesOf(message)) out(line);
  note(
    shown.length === 0
      ? "There are no messages."
      : "Boxes wrote these messages. A name before one is what its writer says.",
  );
  if (cut) note("There are earlier messages that are not shown.");
  for (const problem of found.unread) warn(problem);
}

function linesOf({ from, at, text }: Message): string[] {
  const lines = text.split("\n");
  const first = from === undefined ? lines[0]! : `${from} [${at}]: ${lines[0]}`;
  return [first, ...lines.slice(1).map((line) => `  ${line}`)];
}
