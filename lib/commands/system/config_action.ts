/**
 * Shows or changes the settings of every box.
 *
 * @module
 */

import { systemScope } from "../../app/config/system_scope.ts";
import { configure } from "../config_command.ts";
import { type ConfigFlags, isChange } from "../config_flags.ts";
import type { Context } from "../context.ts";

/** Runs `kanibako system config`. */
export default async function systemConfig(
  this: Context,
  flags: ConfigFlags,
  argument?: string,
): Promise<number> {
  return await configure(systemScope(await this.host(isChange(flags, argument))), flags, argument);
}
