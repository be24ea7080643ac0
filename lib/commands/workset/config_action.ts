/**
 * Shows or changes the settings of a workset's boxes.
 *
 * @module
 */

import { worksetNamed, worksetScope } from "../../app/config/workset_scope.ts";
import { configure } from "../config_command.ts";
import { type ConfigFlags, isChange } from "../config_flags.ts";
import type { Context } from "../context.ts";

/** Runs `kanibako workset config`. */
export default async function worksetConfig(
  this: Context,
  flags: ConfigFlags,
  word: string,
  argument?: string,
): Promise<number> {
  const host = await this.host(isChange(flags, argument));
  return await configure(worksetScope(host, await worksetNamed(host, word, this.cwd)), flags, argument);
}
