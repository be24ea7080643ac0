/**
 * What a box's steward asks the host for on the way out, and what it is answered. A connection is one question; one that dials then
 * belongs to the two programs.
 *
 * @module
 */

import { either, integer, listOf, oneOf, shape, text } from "../host/light_schema.ts";

/** What the steward asks. */
export const DOOR_QUESTION = either(
  /** Whether a name may be reached, and on which ports. */
  shape({ name: text }, "refused"),
  /** A connection to a name. */
  shape({ dial: shape({ name: text, port: integer }, "refused") }, "refused"),
);

/** What it is answered. */
export const DOOR_ANSWER = either(
  /** The ports on which the name may be reached; none: it is as if it did not exist. */
  shape({ ports: listOf(integer) }, "refused"),
  either(
    /** It is connected. What follows are the other side's bytes. */
    shape({ connected: oneOf(1) }, "refused"),
    /** It is not: `refused` by a rule, else `unreachable`. */
    shape({ not: oneOf("refused", "unreachable") }, "refused"),
  ),
);
