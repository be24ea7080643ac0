/**
 * An entry of the log of messages, as it is written and as it is read.
 *
 * @module
 */

import { type Check, either, integer, type Of, oneOf, optional, shape, text } from "../host/light_schema.ts";

const anything: Check<unknown> = (value) => ({ ok: true, value });

/** An entry. `ts`: ISO 8601, in UTC with its offset. */
export const LOG_ENTRY = either(
  shape({
    type: oneOf("message"),
    /** Who sent it, by the socket through which it came. */
    from: integer,
    to: either(integer, oneOf("all")),
    payload: anything,
    ts: text,
  }),
  shape({
    type: oneOf("control"),
    event: oneOf(
      "spawn",
      "stop",
      "register",
      "disconnect",
      "fork",
      "respawn",
      "cleanup",
      "end",
      "land",
      /** So many entries were too many to be written down. */
      "left-out",
    ),
    helper: optional(integer),
    model: optional(text),
    name: optional(text),
    path: optional(text),
    new_name: optional(text),
    /** How it ended. */
    status: optional(text),
    /** Why it failed. */
    error: optional(text),
    count: optional(integer),
    ts: text,
  }),
);
export type LogEntry = Of<typeof LOG_ENTRY>;
