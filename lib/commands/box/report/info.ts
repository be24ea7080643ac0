/**
 * `kanibako box info`.
 *
 * @module
 */

import { type Command, command } from "../../command.ts";
import { json, project } from "../../shared_options.ts";

/** Options of `box info`. */
export interface BoxInfoFlags {
  readonly json: boolean;
}

/** The declaration of `box info`. */
export const boxInfo: Command = command<BoxInfoFlags, [project?: string]>({
  brief: "Show a box's state and where its data is",
  flags: { json },
  projectOption: true,
  positional: [project],
  suggestFor: ["info", "inspect"],
  examples: [["kanibako box info api", "show the box of the project api"]],
  initialise: false,
  load: () => import("./info_action.ts"),
});
