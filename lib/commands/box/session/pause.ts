/**
 * `kanibako box pause` and `kanibako box resume`.
 *
 * @module
 */

import { type Command, command } from "../../command.ts";
import { project } from "../../shared_options.ts";

/** The declaration of `box pause`. */
export const pause: Command = command<Record<never, never>, [project?: string]>({
  brief: "Make everything in a running box stand still",
  description:
    `Its processes keep their memory and get no processor until the box is resumed. Connections to it wait.
Meanwhile start and shell refuse; stop resumes it first, so that it can end as usual.`,
  flags: {},
  projectOption: true,
  positional: [project],
  suggestFor: ["freeze", "suspend"],
  initialise: false,
  examples: [["kanibako box pause api", "leave the processor to others for a while"]],
  load: () => import("./pause_action.ts"),
});

/** The declaration of `box resume`. */
export const resume: Command = command<Record<never, never>, [project?: string]>({
  brief: "Let a paused box go on",
  flags: {},
  projectOption: true,
  positional: [project],
  suggestFor: ["unpause", "thaw"],
  initialise: false,
  examples: [["kanibako box resume api", "go on where it stood still"]],
  load: () => import("./resume_action.ts"),
});
