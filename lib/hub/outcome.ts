/**
 * How the task of a helper ended: a file beside its folders, written by the process that has watched it. What its agent says of it is
 * the agent's claim.
 *
 * @module
 */

import { flag, integer, number, type Of, optional, schemaOf, shape, text } from "../host/light_schema.ts";
import { readJson, type Schema } from "../host/store.ts";

const OUTCOME = shape({
  /** The run of its box. */
  run: text,
  /** The exit code of its command; 128 + N where signal N ended it. */
  code: integer,
  /** What its agent said last, or its command printed; the end of it, where that is long. */
  message: optional(text),
  /** What went wrong, as its agent says, or the end of its standard error where it failed. */
  error: optional(text),
  /** The agent's id; absent for a shell. */
  agent: optional(text),
  /** By which the agent finds the conversation again. */
  session: optional(text),
  /** What it cost in US dollars, where the agent says so. */
  cost_usd: optional(number),
  /** Tokens that the model was given, and that it gave. */
  input_tokens: optional(number),
  output_tokens: optional(number),
  /** Whether the middle of what it printed was dropped. */
  truncated: optional(flag),
  /** Milliseconds since 1970. */
  ended_at: integer,
});

/** How a task ended. */
export type Outcome = Of<typeof OUTCOME>;

const SCHEMA: Schema<Outcome> = schemaOf(OUTCOME);

/** Reads it; `undefined` where there is none. Throws `bad-file`. */
export async function readOutcome(path: string): Promise<Outcome | undefined> {
  return await readJson(path, SCHEMA);
}
