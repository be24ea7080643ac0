/**
 * What a hub has done by others: boxes started and ended, and folders looked at. A hub decides who may have what, and knows neither an
 * engine nor a project.
 *
 * @module
 */

import { integer, listOf, type Of, oneOf, optional, shape, text } from "../host/light_schema.ts";
import type { Helper } from "./record.ts";

/** How a helper's box has ended. */
export interface HelperEnd {
  /** The exit code of its command, where that is known. */
  readonly code?: number;
  /** Why, where it is no exit of its own: one sentence. */
  readonly error?: string;
  /** Somebody has stopped it. */
  readonly stopped?: boolean;
}

/** A helper's box, once its command has begun. */
export interface StartedHelper {
  /** The container's name. */
  readonly container: string;
  /** Its run. */
  readonly run: string;
}

/** Starts and ends the boxes of helpers. */
export interface HelperLauncher {
  /**
   * Makes the folders and starts the box. Resolves when its command has begun; rejects when it cannot, and then leaves nothing running.
   * `prepared` is called with the run's id once its folders are there, and waited for before the box is started.
   */
  start(
    helper: Helper,
    how: { readonly respawn: boolean; readonly prepared?: (run: string) => Promise<void> },
  ): Promise<StartedHelper>;
  /** Resolves when the box of that run has ended; at once where it is gone already. Rejects only when the signal is aborted. */
  ended(helper: Helper, run: string, signal: AbortSignal): Promise<HelperEnd>;
  /** Ends its box. Resolves when it is gone; also where there was none. */
  stop(helper: Helper): Promise<void>;
  /** Removes folders, home and state of one whose box has ended. */
  remove(helper: Helper): Promise<void>;
}

/** A path that a helper's workspace has differently from what it began with. */
export const CHANGE = shape({
  /** Relative to the workspace. */
  path: text,
  /** `conflicting`: changed on both sides since. `special`: neither a file nor a folder nor a link. */
  change: oneOf("added", "changed", "removed", "conflicting", "special"),
  /** What the host would run from there, in a few words: such a place is looked at before it lands. */
  protected: optional(text),
});
export type Change = Of<typeof CHANGE>;

/** What a helper came to. */
export const RESULT = shape({
  status: text,
  exit_code: optional(integer),
  /** What its agent said last. */
  message: optional(text),
  /** Its `result.json`, where there is one that fits, as text. */
  json: optional(text),
  /** Why there is none. */
  problem: optional(text),
  /** What went wrong with its task. */
  error: optional(text),
  changes: listOf(CHANGE),
  /** How many changes there are beyond these. */
  left_out: optional(integer),
});
export type HelperResult = Of<typeof RESULT>;

/** Changes, as many as fit into an answer. */
export interface Changes {
  readonly changes: readonly Change[];
  /** How many there are beyond these. */
  readonly leftOut?: number;
}

/** Looks at what helpers have made, and takes it over. */
export interface HelperWork {
  /** What it came to so far. */
  result(helper: Helper): Promise<HelperResult>;
  /** What differs from what it began with. */
  diff(helper: Helper): Promise<Changes>;
  /** Takes paths over into its parent's workspace: all of them, or none. `undo` takes back what landed last. */
  land(
    helper: Helper,
    options: { readonly paths?: string[]; readonly plan?: boolean; readonly undo?: boolean },
  ): Promise<Changes & { readonly undo?: string }>;
  /** Copies the director's project as one of its own. */
  fork(name: string): Promise<{ readonly path: string; readonly name: string }>;
}
