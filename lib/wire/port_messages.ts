/**
 * What a process of this host asks of whoever listens for a box's ports, and what it is answered. A connection is one question.
 *
 * @module
 */

import { type Check, either, integer, listOf, optional, shape, text } from "../host/light_schema.ts";

/** A port that is published. */
export interface PortState {
  /** The address on this machine. */
  readonly host: string;
  /** The port on this machine. */
  readonly port: number;
  /** The port in the box. */
  readonly boxPort: number;
  /** Why nobody listens there at present. */
  readonly problem?: string;
}

/** What is asked: ports as people write them, which the other side reads again. Either all of it is done, or none. */
export type PortQuestion = { readonly publish: readonly string[] } | {
  readonly unpublish: readonly string[];
};

const ports: Check<readonly string[]> = listOf(text);

/** {@link PortQuestion} as it is read. */
export const PORT_QUESTION: Check<PortQuestion> = either(
  shape({ publish: ports }, "refused"),
  shape({ unpublish: ports }, "refused"),
);

/** {@link PortState} as it is read. */
export const PORT_STATE: Check<PortState> = shape({
  host: text,
  port: integer,
  boxPort: integer,
  problem: optional(text),
});

/** What is answered. */
export const PORT_ANSWER = either(
  /** It is done: `changed` are those that were named, `ports` all that there are. */
  shape({ changed: listOf(PORT_STATE), ports: listOf(PORT_STATE) }, "refused"),
  /** It is not, in the words of an error. */
  shape({ refused: shape({ code: text, message: text, hints: listOf(text) }) }, "refused"),
);
