/**
 * Sends a message.
 *
 * @module
 */

import { sendMessage } from "../../app/comms/comms.ts";
import { MESSAGE_BYTES } from "../../comms/messages.ts";
import { UsageError } from "../../host/error.ts";
import { json, note } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";
import type { SendFlags } from "./comms.ts";
import { postOf } from "./post.ts";

/** Runs `kanibako comms send`. */
export default async function send(this: Context, flags: SendFlags): Promise<void> {
  const [to, ...words] = flags.broadcast ? [undefined, ...this.rest] : this.rest;
  if (words.length === 0) {
    throw new UsageError("There is no text to send.", {
      hint: flags.broadcast
        ? "Write it after --broadcast, or - to read it from standard input."
        : "Write it after the name, or - to read it from standard input. To tell all boxes: --broadcast",
    });
  }
  const text = words.length === 1 && words[0] === "-" ? await standardInput() : words.join(" ");
  const mailbox = await sendMessage(await postOf(this), { ...(to === undefined ? {} : { to }), text });
  if (flags.json) return json({ mailbox: mailbox ?? null });
  if (!flags.quiet) note(mailbox === undefined ? "Sent to all boxes." : `Sent to ${mailbox}.`);
}

/** No more than a message can have, and a byte, by which it is found to be too long. */
async function standardInput(): Promise<string> {
  const bytes = new Uint8Array(MESSAGE_BYTES + 1);
  let length = 0;
  while (length < bytes.length) {
    const count = await Deno.stdin.read(bytes.subarray(length));
    if (!count) break;
    length += count;
  }
  return new TextDecoder().decode(bytes.subarray(0, length));
}
