/**
 * What the helpers of one director may be and use together, whoever of them asks. What a single helper may have is its grant.
 *
 * @module
 */

import { integer, number, type Of, optional, shape } from "../host/light_schema.ts";

/** Limits of a tree. What is absent is as in {@link USUAL_LIMITS}; −1: no limit. */
export const LIMITS = shape({
  /** How many helpers there are at once, those that have ended included until they are cleaned up. */
  total: optional(integer),
  /** How many are started in a minute. */
  spawnsAMinute: optional(integer),
  /** Memory of all that run, as limits of their boxes: bytes. With such a limit each has one. */
  memoryBytes: optional(number),
  /** Processors of all that run. With such a limit each has one. */
  cpus: optional(number),
  /** Messages that a box may send in a second. */
  messagesASecond: optional(integer),
  /** Bytes of one message, as JSON. */
  messageBytes: optional(integer),
  /** Messages that wait for one box. */
  queueMessages: optional(integer),
  /** Bytes of them. */
  queueBytes: optional(integer),
  /** Bytes of each of the two files of the log. */
  logBytes: optional(integer),
  /** Connections of one box. */
  connections: optional(integer),
});

export type Limits = Required<Of<typeof LIMITS>>;

const KIB = 1024;
const MIB = 1024 * KIB;

export const USUAL_LIMITS: Limits = {
  total: 64,
  spawnsAMinute: 30,
  memoryBytes: -1,
  cpus: -1,
  messagesASecond: 1000,
  messageBytes: 256 * KIB,
  queueMessages: 1000,
  queueBytes: 4 * MIB,
  logBytes: MIB,
  connections: 32,
};

/** The most that is read of one question: a text to work on, and what goes with it. */
export const MAX_QUESTION_BYTES = MIB;
/** The most of a text to work on, or of a schema, in characters. */
export const MAX_TEXT = 128 * KIB;
/** The most characters of a name, a rule, or where a secret goes. */
export const MAX_BRIEF = 1000;
/** The most rules of a network, and secrets, that are asked for with one helper. */
export const MAX_RULES = 1000;
export const MAX_SECRETS = 100;
