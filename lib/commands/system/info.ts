/**
 * `kanibako system info`.
 *
 * @module
 */

import { type Command, command } from "../command.ts";
import { json } from "../shared_options.ts";

/** Options of `system info`. */
export interface SystemInfoFlags {
  readonly json: boolean;
}

/** The declaration of `system info`. */
export const systemInfo: Command = command<SystemInfoFlags>({
  brief: "Show versions and where data is kept",
  flags: { json },
  initialise: false,
  load: () => import("./info_action.ts"),
});
