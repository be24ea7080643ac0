/**
 * `kanibako list` and `kanibako ps`.
 *
 * @module
 */

import { choice, type Command, command, toggle } from "../../command.ts";

/** Options of `ps`. */
export interface PsFlags {
  readonly all: boolean;
  readonly quiet: boolean;
  readonly json: boolean;
  readonly engine?: "podman" | "docker";
}

/** Options of `list`. */
export interface ListFlags extends PsFlags {
  readonly active: boolean;
  readonly orphan: boolean;
}

const quiet = toggle("Names only, one a line");
const json = toggle("Print JSON");
const engine = choice(["podman", "docker"], "Ask this container engine what is running");

/** The declaration of `list`. */
export const list: Command = command<ListFlags>({
  brief: "List the boxes",
  flags: {
    active: toggle("Only those that are running"),
    all: toggle("Also those whose folder is gone"),
    orphan: toggle("Only those whose folder is gone"),
    quiet,
    json,
    engine,
  },
  short: { a: "all", q: "quiet" },
  exclusive: [["active", "orphan"]],
  examples: [
    ["kanibako list", "every box and whether it is running"],
    ["kanibako list --orphan", "boxes whose folder has been moved or deleted"],
  ],
  load: () => import("./list_action.ts"),
});

/** The declaration of `ps`. */
export const ps: Command = command<PsFlags>({
  brief: "List the boxes that are running",
  flags: { all: toggle("Also those that are not running"), quiet, json, engine },
  short: { a: "all", q: "quiet" },
  examples: [["kanibako ps", "what is running now"]],
  load: () => import("./ps_action.ts"),
});
