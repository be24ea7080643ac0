/**
 * `kanibako system info`.
 *
 * @module
 */

import { type Command, command, toggle } from "../command.ts";

/** Options of `system info`. */
export interface SystemInfoFlags {
  readonly json: boolean;
}

/** The declaration of `system info`. */
export const systemInfo: Command = command<SystemInfoFlags>({
  brief: "Show versions and where things are kept",
  flags: { json: toggle("Print JSON") },
  load: () => import("./info_action.ts"),
});
