/**
 * `kanibako crab list`.
 *
 * @module
 */

import { type Command, command, toggle } from "../command.ts";
import { json } from "../shared_options.ts";

/** Options of `crab list`. */
export interface CrabListFlags {
  readonly all: boolean;
  readonly quiet: boolean;
  readonly json: boolean;
}

/** The declaration of `crab list`. */
export const crabList: Command = command<CrabListFlags>({
  brief: "List agents: those found on this machine, your own and this project's",
  description: `A crab is an agent, such as Claude Code, together with what you have set for it.`,
  flags: {
    all: toggle("List agents that are not installed, too"),
    quiet: toggle("Print ids only, one per line"),
    json,
  },
  short: { q: "quiet" },
  initialise: false,
  load: () => import("./list_action.ts"),
});
