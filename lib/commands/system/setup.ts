/**
 * `kanibako setup`.
 *
 * @module
 */

import { type Command, command } from "../command.ts";

/** The declaration of `setup`. */
export const setup: Command = command<Record<never, never>>({
  brief: "See what is ready and what is still to do",
  description: "Looks at the container engine, the agents and the rig, and says what to do next.",
  flags: {},
  initialise: false,
  load: () => import("./setup_action.ts"),
});
