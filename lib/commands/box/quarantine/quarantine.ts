/**
 * `kanibako box quarantine ...`.
 *
 * @module
 */

import type { RuntimeKind } from "../../../runtime/kinds.ts";
import { type Command, command, type Group, toggle } from "../../command.ts";
import { engine, force, json, project, projectFlag } from "../../shared_options.ts";

/** Options of `list`. */
export interface ListFlags {
  readonly json: boolean;
  readonly quiet: boolean;
}

const list: Command = command<ListFlags, [project?: string]>({
  brief: "List what sessions left that was moved to the quarantine",
  description:
    `With report.protect on, what a session makes at a protected place of the project, such as a git hook,
is moved to the quarantine when the session ends. No box can reach it there.`,
  flags: { json, quiet: toggle("Print paths only, one per line") },
  short: { q: "quiet" },
  positional: [project],
  projectOption: true,
  initialise: false,
  load: () => import("./list_action.ts"),
});

/** Options of `restore`. */
export interface RestoreFlags {
  readonly project?: string;
  readonly all: boolean;
  readonly stop: boolean;
  readonly force: boolean;
  readonly json: boolean;
  readonly engine?: RuntimeKind;
}

const restore: Command = command<RestoreFlags>({
  brief: "Put things from the quarantine back into the project",
  description:
    `Look at them first: your machine may run them. What is in their place now goes to the quarantine instead.`,
  flags: {
    project: projectFlag,
    all: toggle("Restore everything, of each path the latest"),
    stop: toggle("Stop the box if it is running"),
    force,
    json,
    engine,
  },
  short: { p: "project", a: "all", f: "force" },
  positional: [],
  more: { placeholder: "path", brief: "Paths as listed, or ids; of several at one path, the latest" },
  examples: [
    ["kanibako box quarantine restore .git/hooks/pre-push", "put one hook back"],
    ["kanibako box quarantine restore --all", "put everything back"],
  ],
  load: () => import("./restore_action.ts"),
});

/** Options of `rm`. */
export interface RmFlags {
  readonly project?: string;
  readonly all: boolean;
  readonly force: boolean;
  readonly json: boolean;
  readonly engine?: RuntimeKind;
}

const rm: Command = command<RmFlags>({
  brief: "Delete things from the quarantine for good",
  flags: { project: projectFlag, all: toggle("Delete everything"), force, json, engine },
  short: { p: "project", a: "all", f: "force" },
  positional: [],
  more: { placeholder: "path", brief: "Paths as listed, or ids; of several at one path, the latest" },
  examples: [["kanibako box quarantine rm --all", "delete everything"]],
  load: () => import("./rm_action.ts"),
});

/** The group. */
export const quarantine: Group = {
  kind: "group",
  brief: "Manage the quarantine: what sessions left at protected places",
  commands: { list, restore, rm },
  aliases: { ls: "list", delete: "rm" },
  default: "list",
};
