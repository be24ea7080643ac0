/**
 * `kanibako crab info`.
 *
 * @module
 */

import { type Command, command, word } from "../command.ts";
import { json } from "../shared_options.ts";

/** Options of `crab info`. */
export interface CrabInfoFlags {
  readonly json: boolean;
}

/** The declaration of `crab info`. */
export const crabInfo: Command = command<CrabInfoFlags, [id: string]>({
  brief: "Show how an agent is configured",
  flags: { json },
  positional: [word("id", "Id of an agent, as kanibako crab list shows it")],
  initialise: false,
  examples: [["kanibako crab info claude", "show its template, arguments, settings and variables"]],
  load: () => import("./info_action.ts"),
});
