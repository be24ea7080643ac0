/**
 * Sends messages to helpers.
 *
 * @module
 */

import { anybody } from "../../../app/helper/hub_of.ts";
import { UsageError } from "../../../host/error.ts";
import { json, note } from "../../../host/ui/terminal.ts";
import { count } from "../../../host/ui/text.ts";
import type { Context } from "../../context.ts";
import { textInput } from "../../text_input.ts";
import { hubFor } from "./hub.ts";
import type { SendFlags } from "./talk.ts";

/** More than a hub takes: it says what is too long, and how long a message may be. */
const MOST_BYTES = 1024 * 1024;

/** Runs `kanibako crab helper send HELPER TEXT`. */
export async function send(this: Context, flags: SendFlags): Promise<void> {
  const [to, ...words] = this.rest;
  const text = await messageText(words, "Write it after the helper, or - to read it from standard input.");
  using hub = await hubFor(this, flags);
  const { delivered } = await hub.ask("send", { to: anybody(to!), payload: { text } });
  if (flags.json) return json({ to: anybody(to!), delivered });
  if (flags.quiet) return;
  const who = to === "parent" ? "the parent" : anybody(to!) === 0 ? "the director" : `helper ${to}`;
  note(delivered ? `Sent to ${who}.` : `Sent to ${who}. It waits there until it is received.`);
}

/** Runs `kanibako crab helper broadcast TEXT`. */
export async function broadcast(this: Context, flags: SendFlags): Promise<void> {
  const text = await messageText(this.rest, "Write it, or - to read it from standard input.");
  using hub = await hubFor(this, flags);
  const { to } = await hub.ask("broadcast", { payload: { text } });
  if (flags.json) return json({ to });
  if (!flags.quiet) {
    note(to.length === 0 ? "There is nobody to send to." : `Sent to ${count(to.length, "box", "boxes")}.`);
  }
}

async function messageText(words: readonly string[], hint: string): Promise<string> {
  if (words.length === 0) throw new UsageError("There is no text to send.", { hint });
  return words.length === 1 && words[0] === "-" ? await textInput(MOST_BYTES) : words.join(" ");
}
