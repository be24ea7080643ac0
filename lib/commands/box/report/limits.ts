/**
 * `kanibako box limits`.
 *
 * @module
 */

import { type Command, command, text, toggle } from "../../command.ts";
import { json, project } from "../../shared_options.ts";

/** Options of `box limits`. */
export interface LimitsFlags {
  readonly memory?: string;
  readonly cpus?: string;
  readonly pids?: string;
  readonly keep: boolean;
  readonly once: boolean;
  readonly json: boolean;
}

/** The declaration of `box limits`. */
export const boxLimits: Command = command<LimitsFlags, [project?: string]>({
  brief: "Show or change what a running box may use",
  description:
    `A new limit acts at once. "none" lifts a limit on memory or processors. On a terminal you are asked whether
it is kept for later starts, too; without one it is not, unless --keep says so. Which limits can be changed depends on
the engine and this machine.`,
  flags: {
    memory: text("SIZE", "Limit memory, such as 4g"),
    cpus: text("N", "Limit the number of processors, such as 1.5"),
    pids: text("N", "Limit the number of processes"),
    keep: toggle("Keep it for later starts"),
    once: toggle("Change only the box that runs, without asking"),
    json,
  },
  exclusive: [["keep", "once"]],
  projectOption: true,
  positional: [project],
  suggestFor: ["limit", "update"],
  initialise: false,
  examples: [
    ["kanibako box limits api", "show the limits of the box of the project api"],
    ["kanibako box limits api --memory 4g --cpus 2", "give it more memory and two processors"],
  ],
  load: () => import("./limits_action.ts"),
});
