/**
 * Lists mailboxes.
 *
 * @module
 */

import { listMailboxes } from "../../app/comms/comms.ts";
import { json, out, table } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";
import type { ListFlags } from "./comms.ts";
import { postOf } from "./post.ts";

/** Runs `kanibako comms list`. */
export default async function list(this: Context, flags: ListFlags): Promise<void> {
  const mailboxes = listMailboxes(await postOf(this));
  if (flags.json) return json(mailboxes);
  if (flags.quiet) return mailboxes.forEach(({ name }) => out(name));
  if (mailboxes.length === 0) return out("There are no mailboxes. A box gets its own at its next start.");
  table(["MAILBOX", "BYTES"], mailboxes.map(({ name, bytes }) => [name, String(bytes)]));
}
