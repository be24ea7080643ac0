/**
 * `kanibako setup`.
 *
 * @module
 */

import { type Command, command } from "../command.ts";

/** The declaration of `setup`. */
export const setup: Command = command<Record<never, never>>({
  brief: "Show what is ready and what is left to do",
  description:
    `Checks the container engine, the agents and the rig, and prints the next steps. On a terminal it also asks what boxes
may reach, and what of your own configuration of agents they get, unless the system's configuration says so already.`,
  flags: {},
  initialise: false,
  load: () => import("./setup_action.ts"),
});
