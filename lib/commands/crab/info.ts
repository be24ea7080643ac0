/**
 * `kanibako crab info`.
 *
 * @module
 */

import { type Command, command, toggle, word } from "../command.ts";

/** Options of `crab info`. */
export interface CrabInfoFlags {
  readonly json: boolean;
}

/** The declaration of `crab info`. */
export const crabInfo: Command = command<CrabInfoFlags, [id: string]>({
  brief: "Show how an agent is configured",
  flags: { json: toggle("Print JSON") },
  positional: [word("id", "The agent's id, as `kanibako crab list` shows it")],
  initialise: false,
  examples: [["kanibako crab info claude", "template, arguments, settings, variables"]],
  load: () => import("./info_action.ts"),
});
