/**
 * `kanibako system upgrade`.
 *
 * @module
 */

import { type Command, command, toggle } from "../command.ts";

/** The declaration of `system upgrade`. */
export const systemUpgrade: Command = command<{ readonly check: boolean }>({
  brief: "Show how to get a newer version",
  flags: { check: toggle("Show this version and where it is installed") },
  initialise: false,
  load: () => import("./upgrade_action.ts"),
});
