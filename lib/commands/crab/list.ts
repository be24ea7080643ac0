/**
 * `kanibako crab list`.
 *
 * @module
 */

import { type Command, command, toggle } from "../command.ts";
import { json } from "../shared_options.ts";

/** Options of `crab list`. */
export interface CrabListFlags {
  readonly quiet: boolean;
  readonly json: boolean;
}

/** The declaration of `crab list`. */
export const crabList: Command = command<CrabListFlags>({
  brief: "List configured agents",
  flags: { quiet: toggle("Print ids only, one per line"), json },
  short: { q: "quiet" },
  initialise: false,
  load: () => import("./list_action.ts"),
});
