/**
 * `kanibako crab list`.
 *
 * @module
 */

import { type Command, command, toggle } from "../command.ts";

/** Options of `crab list`. */
export interface CrabListFlags {
  readonly quiet: boolean;
  readonly json: boolean;
}

/** The declaration of `crab list`. */
export const crabList: Command = command<CrabListFlags>({
  brief: "List the configured agents",
  flags: { quiet: toggle("Ids only, one a line"), json: toggle("Print JSON") },
  short: { q: "quiet" },
  initialise: false,
  load: () => import("./list_action.ts"),
});
