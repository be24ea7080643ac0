/**
 * `kanibako box approve`: accepts the settings a standalone project brings with it.
 *
 * @module
 */

import { type Command, command } from "../../command.ts";
import { force, project } from "../../shared_options.ts";

/** Options of `box approve`. */
export interface ApproveFlags {
  readonly force: boolean;
}

/** The declaration of `box approve`. */
export const approve: Command = command<ApproveFlags, [project?: string]>({
  brief: "Approve the settings that came with a standalone project",
  description:
    `A standalone project keeps its settings in its own folder, so a copied or cloned one may contain settings that
somebody else wrote. Settings that widen its access take effect only after you approve exactly that content.`,
  flags: { force },
  projectOption: true,
  positional: [project],
  examples: [["kanibako box approve", "review what this folder's project asks for"]],
  load: () => import("./approve_action.ts"),
});
