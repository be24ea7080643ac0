/**
 * `kanibako crab helper list`, `info`, `stop`, `respawn`, `cleanup`, `wait` and `attach`.
 *
 * @module
 */

import { type Command, command, text, toggle } from "../../command.ts";
import { json, namesOnly } from "../../shared_options.ts";
import { helperWord, project, type WhoseFlags } from "./options.ts";

/** Options of `list`. */
export interface ListFlags extends WhoseFlags {
  readonly tree: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** `list`. */
export const list: Command = command<ListFlags>({
  brief: "List the helpers of this box, and theirs",
  flags: {
    tree: toggle("Show who started whom"),
    project,
    json,
    quiet: { ...namesOnly, brief: "Print numbers only, one per line" },
  },
  short: { p: "project", q: "quiet" },
  exclusive: [["tree", "json"], ["tree", "quiet"]],
  positional: [],
  initialise: false,
  load: () => import("./list_action.ts"),
});

/** Options of commands with one helper. */
export interface OneFlags extends WhoseFlags {
  readonly json: boolean;
}

/** Options of commands with one helper that say what they have done. */
export interface DoneFlags extends OneFlags {
  readonly quiet: boolean;
}

/** Asks for no word of what was done. */
const quiet = toggle("Print nothing");

/** `info`. */
export const info: Command = command<OneFlags, [helper: string]>({
  brief: "Show a helper: its state, its task, and what it may have",
  flags: { project, json },
  short: { p: "project" },
  positional: [helperWord],
  initialise: false,
  load: () => import("./info_action.ts"),
});

/** `stop`. */
export const stop: Command = command<DoneFlags, [helper: string]>({
  brief: "Stop a helper, and the helpers it has started",
  flags: { project, json, quiet },
  short: { p: "project", q: "quiet" },
  positional: [helperWord],
  initialise: false,
  load: () => import("./stop_action.ts"),
});

/** `respawn`. */
export const respawn: Command = command<DoneFlags, [helper: string]>({
  brief: "Start a helper again that has ended, with its folder as it is",
  flags: { project, json, quiet },
  short: { p: "project", q: "quiet" },
  positional: [helperWord],
  initialise: false,
  load: () => import("./respawn_action.ts"),
});

/** Options of `cleanup`. */
export interface CleanupFlags extends DoneFlags {
  readonly cascade: boolean;
}

/** `cleanup`. */
export const cleanup: Command = command<CleanupFlags, [helper: string]>({
  brief: "Stop a helper and delete its folders",
  description: "Work of it that has not landed is lost.",
  flags: { cascade: toggle("Also delete the helpers it has started"), project, json, quiet },
  short: { p: "project", q: "quiet" },
  positional: [helperWord],
  initialise: false,
  load: () => import("./cleanup_action.ts"),
});

/** Options of `wait`. */
export interface WaitFlags extends WhoseFlags {
  readonly any: boolean;
  readonly timeout?: string;
  readonly json: boolean;
}

/** `wait`. */
export const wait: Command = command<WaitFlags>({
  brief: "Wait until helpers have ended",
  description:
    `Exits with 0 if each of them has done its task, with 1 if one has failed or was stopped, and with 124 if the time
is over.`,
  flags: {
    any: toggle("Wait until one of them has ended"),
    timeout: text("TIME", "Wait no longer than this, such as 10m"),
    project,
    json,
  },
  short: { p: "project" },
  more: { placeholder: "HELPER", brief: "Numbers or names [default: the helpers of this box]" },
  positional: [],
  initialise: false,
  examples: [
    ["kanibako crab helper wait 1 2 --timeout 10m", "wait for two of them"],
    ["kanibako crab helper wait --any", "wait for the first one"],
  ],
  load: () => import("./wait_action.ts"),
});

/** Options of `attach`. */
export type AttachFlags = WhoseFlags;

/** `attach`. */
export const attach: Command = command<AttachFlags, [helper: string]>({
  brief: "Attach the terminal to a helper's session, on the host",
  flags: { project },
  short: { p: "project" },
  positional: [helperWord],
  initialise: false,
  load: () => import("./attach_action.ts"),
});
