/**
 * `kanibako box info`.
 *
 * @module
 */

import { type Command, command, optionalWord, toggle } from "../../command.ts";

/** Options of `box info`. */
export interface BoxInfoFlags {
  readonly json: boolean;
}

/** The declaration of `box info`. */
export const boxInfo: Command = command<BoxInfoFlags, [project?: string]>({
  brief: "Show where a box keeps what, and its state",
  flags: { json: toggle("Print JSON") },
  projectOption: true,
  positional: [optionalWord("project", "A folder or a project's name; this folder unless told")],
  examples: [["kanibako box info api", "all about the box of the project api"]],
  load: () => import("./info_action.ts"),
});
