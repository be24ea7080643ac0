/**
 * `kanibako box approve`: accepts the settings a standalone project brings with it.
 *
 * @module
 */

import { type Command, command, optionalWord, toggle } from "../../command.ts";

/** Options of `box approve`. */
export interface ApproveFlags {
  readonly force: boolean;
}

/** The declaration of `box approve`. */
export const approve: Command = command<ApproveFlags, [project?: string]>({
  brief: "Accept the settings a standalone project brings with it",
  description:
    `A standalone project keeps its settings inside itself, so one that was copied or cloned brings settings
somebody else wrote. What widens its access counts only once you have approved exactly that content on this machine.`,
  flags: { force: toggle("Do not ask") },
  projectOption: true,
  positional: [optionalWord("project", "A folder or a project's name; this folder unless told")],
  examples: [["kanibako box approve", "see what this folder's project asks for, and decide"]],
  load: () => import("./approve_action.ts"),
});
