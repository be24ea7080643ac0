/**
 * `kanibako list` and `kanibako ps`.
 *
 * @module
 */

import type { RuntimeKind } from "../../../runtime/kinds.ts";
import { type Command, command, toggle } from "../../command.ts";
import { engine, json, namesOnly as quiet } from "../../shared_options.ts";

/** Options of `ps`. */
export interface PsFlags {
  readonly all: boolean;
  readonly quiet: boolean;
  readonly json: boolean;
  readonly engine?: RuntimeKind;
}

/** Options of `list`. */
export interface ListFlags extends PsFlags {
  readonly active: boolean;
  readonly orphan: boolean;
}

/** The declaration of `list`. */
export const list: Command = command<ListFlags>({
  brief: "List boxes",
  flags: {
    active: toggle("List running boxes only"),
    all: toggle("Also list boxes whose folder is gone, and those that run has kept"),
    orphan: toggle("List only boxes whose folder is gone"),
    quiet,
    json,
    engine,
  },
  short: { a: "all", q: "quiet" },
  exclusive: [["active", "orphan"]],
  examples: [
    ["kanibako list", "list every box and whether it is running"],
    ["kanibako list --orphan", "list boxes whose folder was moved or deleted"],
  ],
  initialise: false,
  load: () => import("./list_action.ts"),
});

/** The declaration of `ps`. */
export const ps: Command = command<PsFlags>({
  brief: "List running boxes",
  flags: { all: toggle("Also list boxes that are not running"), quiet, json, engine },
  short: { a: "all", q: "quiet" },
  examples: [["kanibako ps", "show what is running"]],
  initialise: false,
  load: () => import("./ps_action.ts"),
});
