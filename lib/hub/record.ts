/**
 * What is known of the helpers of a box: kept by the hub of their director alone, in a file of its state that no box can write.
 *
 * @module
 */

import {
  flag,
  integer,
  listOf,
  number,
  type Of,
  oneOf,
  optional,
  schemaOf,
  shape,
  tableOf,
  text,
} from "../host/light_schema.ts";
import type { Schema } from "../host/store.ts";

/** What a box may start. −1: no limit. */
export const BUDGET = shape({
  /** How many levels of helpers below it. 0: none. */
  depth: integer,
  /** How many helpers of its own, those that have ended included until they are cleaned up. */
  breadth: integer,
});

/**
 * What a helper may have and do: never more than its parent. The director's own is computed from its plan when it starts; a helper's is
 * the intersection of its parent's and of what was asked for.
 */
export const GRANT = shape({
  budget: BUDGET,
  /** A rig's name, or an image. */
  image: text,
  /** Other rigs and images that may be asked for. Absent: any that this machine has. */
  images: optional(listOf(text)),
  network: oneOf("none", "filtered", "open"),
  /** Rules of a filtered network, each in its one form. */
  rules: listOf(text),
  /** Names of secrets it uses, each with where it goes. */
  secrets: tableOf(text),
  /** Absent: no limit of its own. */
  memoryBytes: optional(number),
  cpus: optional(number),
  pids: optional(integer),
  /** How long it may run, in milliseconds. Absent: as long as its director. */
  timeMs: optional(integer),
  /** Whether it uses the login that its director uses, and how. */
  auth: oneOf("none", "guarded", "shared"),
  /** Agents whose logins it may use, by id. A shell needs none. */
  logins: listOf(text),
});

/** The folder that a helper works in. */
export const WORKSPACE = oneOf("empty", "copy", "worktree", "shared-ro");

/** One helper. */
export const HELPER = shape({
  /** Its number: unique in the tree of its director, whose own is 0, and not used twice while its folders are there. */
  number: integer,
  /** The number of the box that asked for it. */
  parent: integer,
  /** How many boxes are above it: 1 for one of the director's own. */
  depth: integer,
  /** For people; unique in the tree. */
  name: optional(text),
  /** `spawned`: being started; `done`: its task has ended with 0; `failed`: with another code, or it could not be started. */
  status: oneOf("spawned", "running", "done", "failed", "stopped"),
  /** The agent's id; empty: a shell. */
  crab: text,
  model: optional(text),
  workspace: WORKSPACE,
  /** The text it works on; absent: it is a session that messages drive. */
  task: optional(text),
  /** JSON Schema that its `result.json` must fit, as text. */
  schema: optional(text),
  /** Whether it stays when its director ends. */
  keep: flag,
  grant: GRANT,
  /** The container's name, and the run of its box, once it was started. */
  container: optional(text),
  run: optional(text),
  /** Why it failed, one sentence. */
  error: optional(text),
  exitCode: optional(integer),
  /** Milliseconds since 1970. */
  createdAt: integer,
  startedAt: optional(integer),
  endedAt: optional(integer),
});

/** All that the hub keeps. */
export const HELPERS: Schema<Helpers> = schemaOf(shape({ helpers: listOf(HELPER) }));

export type Budget = Of<typeof BUDGET>;
export type Grant = Of<typeof GRANT>;
export type WorkspaceKind = Of<typeof WORKSPACE>;
export type Helper = Of<typeof HELPER>;
export interface Helpers {
  readonly helpers: Helper[];
}
