/**
 * What a process of this host asks of whoever listens for a box's ports, and what it is answered. A connection is one question.
 *
 * @module
 */

import { either, integer, listOf, type Of, optional, shape, text } from "../host/light_schema.ts";

/** Ports as people write them, which the other side reads again. */
const ports = listOf(text);

/** What is asked. Either all of it is done, or none. */
export const PORT_QUESTION = either(
  shape({ publish: ports }, "refused"),
  shape({ unpublish: ports }, "refused"),
);

/** A port that is published. */
export const PORT_STATE = shape({
  host: text,
  port: integer,
  boxPort: integer,
  /** Why nobody listens there at present. */
  problem: optional(text),
});

/** What is answered. */
export const PORT_ANSWER = either(
  /** It is done: `changed` are those that were named, `ports` all that there are. */
  shape({ changed: listOf(PORT_STATE), ports: listOf(PORT_STATE) }, "refused"),
  /** It is not, in the words of an error. */
  shape({ refused: shape({ code: text, message: text, hints: listOf(text) }) }, "refused"),
);

/** A port that is published. */
export type PortState = Of<typeof PORT_STATE>;
/** What is asked. */
export type PortQuestion = Of<typeof PORT_QUESTION>;
