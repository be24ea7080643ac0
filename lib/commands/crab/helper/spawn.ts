/**
 * `kanibako crab helper spawn`.
 *
 * @module
 */

import { choice, type Command, command, list, text, toggle } from "../../command.ts";
import { json } from "../../shared_options.ts";
import { project, type WhoseFlags } from "./options.ts";

/** The folders that a helper may get. */
const WORKSPACES = ["empty", "copy", "worktree", "shared-ro"] as const;
/** The networks that it may have. */
const NETWORKS = ["none", "filtered", "open"] as const;

/** Options of `spawn`. */
export interface SpawnFlags extends WhoseFlags {
  readonly task?: string;
  readonly taskFile?: string;
  readonly schema?: string;
  readonly name?: string;
  readonly workspace?: typeof WORKSPACES[number];
  readonly crab?: string;
  readonly model?: string;
  readonly image?: string;
  readonly network?: typeof NETWORKS[number];
  readonly allow: readonly string[];
  readonly secret: readonly string[];
  readonly noSecrets: boolean;
  readonly memory?: string;
  readonly cpus?: string;
  readonly time?: string;
  readonly depth?: string;
  readonly breadth?: string;
  readonly keep: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** The declaration. */
export const spawn: Command = command<SpawnFlags>({
  brief: "Start a helper: an agent in a box of its own",
  description:
    `A helper has at most what the box that starts it has. To ask for more is an error that says what is too much.
With --task, the agent works on the text and the helper ends. Without, it is a session that messages drive.`,
  flags: {
    task: text("TEXT", "Have it work on this text and end"),
    taskFile: text("FILE", "Read the task from a file, or from standard input if FILE is -"),
    schema: text("FILE", "Check its result.json against this JSON Schema"),
    name: text("NAME", "Give it a name, which commands take in place of its number"),
    workspace: choice(WORKSPACES, "Folder it works in [default: copy with a task, else empty]"),
    crab: text("AGENT", "Run this agent; empty: the task is a shell command [default: the same as here]"),
    model: text("MODEL", "Use this model"),
    image: text("RIG", "Use this rig or image [default: the same as here]"),
    network: choice(NETWORKS, "Network it has [default: the same as here]"),
    allow: list("RULE", "With a filtered network, allow only this rule of those here; may be repeated"),
    secret: list("NAME[:HOST]", "Use only this secret of those here; may be repeated"),
    noSecrets: toggle("Let it use no secrets"),
    memory: text("SIZE", "Limit memory, such as 2g"),
    cpus: text("N", "Limit processors, such as 1.5"),
    time: text("TIME", "Stop it after this time, such as 30m"),
    depth: text("N", "Depth to count from; it gets one less [default: the depth of this box]"),
    breadth: text("N", "Number of helpers it may start [default: the same as here]"),
    keep: toggle("Keep it when the director ends"),
    project,
    json,
    quiet: toggle("Print its number only"),
  },
  short: { p: "project", q: "quiet" },
  spellings: { rig: "image" },
  exclusive: [["task", "taskFile"], ["secret", "noSecrets"]],
  positional: [],
  initialise: false,
  suggestFor: ["subagent", "delegate"],
  examples: [
    [
      "kanibako crab helper spawn --task 'Write tests for src/parse.ts' --workspace copy",
      "have it done in a copy",
    ],
    [
      "kanibako crab helper spawn --name docs --model sonnet --workspace worktree",
      "start a session on its own branch",
    ],
    [
      "kanibako crab helper spawn --task-file task.md --network none --time 30m",
      "without a network, for half an hour",
    ],
  ],
  load: () => import("./spawn_action.ts"),
});
