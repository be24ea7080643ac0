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
import { textInput } from "../text_input.ts";
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
  const text = words.length === 1 && words[0] === "-" ? await textInput(MESSAGE_BYTES) : words.join(" ");
  const mailbox = await sendMessage(await postOf(this), { ...(to === undefined ? {} : { to }), text });
  if (flags.json) return json({ mailbox: mailbox ?? null });
  if (!flags.quiet) note(mailbox === undefined ? "Sent to all boxes." : `Sent to ${mailbox}.`);
}
