/**
 * `kanibako crab helper result`, `diff` and `land`.
 *
 * @module
 */

import { type Command, command, toggle } from "../../command.ts";
import { json } from "../../shared_options.ts";
import type { DoneFlags, OneFlags } from "./life.ts";
import { helperWord, project } from "./options.ts";

/** `result`. */
export const result: Command = command<OneFlags, [helper: string]>({
  brief: "Show what a helper came to",
  description:
    "That is its exit code, the last message of its agent, its result.json, and the files it has changed.",
  flags: { project, json },
  short: { p: "project" },
  positional: [helperWord],
  initialise: false,
  load: () => import("./result_action.ts"),
});

/** `diff`. */
export const diff: Command = command<OneFlags, [helper: string]>({
  brief: "List what a helper has changed since it started",
  description:
    `Each path is added, changed, removed, conflicting (changed here as well since then) or special (no file, folder or
link; never landed).`,
  flags: { project, json },
  short: { p: "project" },
  positional: [helperWord],
  initialise: false,
  load: () => import("./diff_action.ts"),
});

/** Options of `land`. */
export interface LandFlags extends DoneFlags {
  readonly plan: boolean;
  readonly undo: boolean;
}

/** `land`. */
export const land: Command = command<LandFlags, [helper: string]>({
  brief: "Take over what a helper has changed into this box's workspace",
  description: `All of it lands, or nothing. A path that was changed on both sides is refused.`,
  flags: {
    plan: toggle("Show what would be done, and do nothing"),
    undo: toggle("Take back what landed last of this helper"),
    project,
    json,
    quiet: toggle("Print nothing"),
  },
  short: { p: "project", q: "quiet" },
  positional: [helperWord],
  more: { placeholder: "PATH", brief: "Only these files and folders [default: all]" },
  initialise: false,
  examples: [
    ["kanibako crab helper land 1 --plan", "see what would change"],
    ["kanibako crab helper land 1 src/parse.ts tests", "take over a part"],
    ["kanibako crab helper land 1 --undo", "take it back"],
  ],
  load: () => import("./land_action.ts"),
});
