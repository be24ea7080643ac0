/**
 * `kanibako system upgrade`.
 *
 * @module
 */

import { type Command, command, toggle } from "../command.ts";

/** The declaration of `system upgrade`. */
export const systemUpgrade: Command = command<{ readonly check: boolean }>({
  brief: "Say how to get a newer version",
  flags: { check: toggle("Say which version this is, and where it is") },
  initialise: false,
  load: () => import("./upgrade_action.ts"),
});
