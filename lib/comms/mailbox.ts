/**
 * Names of mailboxes. What is in the folder of messages was put there by boxes, so a name is what it looks like and nothing else.
 *
 * @module
 */

import type { BoxIdentity } from "../spec/identity.ts";

/** The folder of mailboxes in the folder of messages. */
export const MAILBOXES = "mailbox";
/** What is said to all boxes. */
export const BROADCAST = "broadcast.log";
/** Of a mailbox: the file into which messages are written. */
export const MESSAGES = "messages.log";
/** From so many bytes on such a file is set aside. */
export const LOG_BYTES = 2 ** 20;

/** Whether a text can be the name of a mailbox. */
export function isMailbox(name: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,99}$/.test(name) && !name.includes("..");
}

/**
 * The name of a box's mailbox: that of a default project is its name. Those of worksets and standalone projects have a digest in it,
 * so that two boxes never have one mailbox. A box that belongs to no project has none.
 */
export function mailboxOf({ id, role }: Pick<BoxIdentity, "id" | "role">): string | undefined {
  const name = id.replace(/^kanibako-/, "");
  return role === "box" && isMailbox(name) ? name : undefined;
}
