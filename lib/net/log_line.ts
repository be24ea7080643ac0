/**
 * A line of the log of a box's filtered network, as it is written and as it is read.
 *
 * @module
 */

import { integer, listOf, type Of, oneOf, optional, shape, text } from "../host/light_schema.ts";

/** What a line may be about. */
const EVENTS = [
  /** A name was asked for that may not be reached: it was answered that it does not exist. */
  "no-such-name",
  /** A connection that no rule allows, or one refuses. */
  "refused",
  /** The name has private addresses only. */
  "private",
  "unreachable",
  /** What the box sent names another host. */
  "mismatch",
  "connected",
  "closed",
  /** A request on a connection that is looked into. */
  "request",
  /** One of them that was not passed on, or not whole. */
  "refused-request",
  /** The placeholder of a secret was on its way to where the secret may not go. */
  "stray-secret",
  /** It was seen in a body that was passed on: it is of no worth there. */
  "placeholder",
  /** A connection that is to be looked into, and cannot be. */
  "unread",
  /** A key of the user's ssh agent was used to log in. */
  "ssh",
  /** It was not. */
  "refused-ssh",
  /** It waits for the user's answer. */
  "held",
  /** A limit made something wait, or refused it. */
  "limit",
  /** So many events were too many to be written down. */
  "left-out",
] as const;

/** A line. */
export const LOG_LINE = shape({
  /** Milliseconds since 1970. */
  at: integer,
  /** The run it belongs to. */
  run: text,
  event: oneOf(...EVENTS),
  host: optional(text),
  /** 0 or absent: only the name was asked for. */
  port: optional(integer),
  /** How often it has occurred since the last line that says the same. Absent: once. */
  count: optional(integer),
  /** The address that was dialled; `proxy`: the proxy has resolved the name. */
  address: optional(text),
  /** What the name resolves to, where that is private. */
  addresses: optional(listOf(text)),
  /** The rule that decided; absent: none was about it. */
  rule: optional(text),
  why: optional(text),
  /** The host that the first bytes name; empty: that cannot be said. */
  named: optional(text),
  /** Bytes from the box, and to it. */
  sent: optional(integer),
  received: optional(integer),
  method: optional(text),
  /** Without what stands after the `?`. */
  path: optional(text),
  /** Of the answer. */
  status: optional(integer),
  /** The secrets whose values were put in. */
  secrets: optional(listOf(text)),
  /** Of those that have several accounts: where the value was asked for. */
  accounts: optional(listOf(text)),
  /** The fingerprint of a key of the user's. */
  key: optional(text),
  /** The setting below `network.limit`, or `names`. */
  limit: optional(text),
});

/** A line of the log. */
export type LogLine = Of<typeof LOG_LINE>;

/** Events that say that the box did not get what it wanted. */
const REFUSALS: readonly string[] = [
  "no-such-name",
  "refused",
  "private",
  "mismatch",
  "refused-request",
  "stray-secret",
  "unread",
  "refused-ssh",
];

/** Whether a line says that something was refused. */
export function isRefusal({ event }: Pick<LogLine, "event">): boolean {
  return REFUSALS.includes(event);
}
