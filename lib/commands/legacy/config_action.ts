/**
 * `config [KEY [VALUE]]` of the 0.x versions, for the project around us.
 *
 * @module
 */

import { UsageError } from "../../host/error.ts";
import { out } from "../../host/ui/terminal.ts";
import { locateProject } from "../../project/locate.ts";
import { configureBox } from "../box/settings/config_action.ts";
import type { ConfigFlags } from "../config_flags.ts";
import type { Context } from "../context.ts";
import type { LegacyConfigFlags } from "./legacy.ts";

/** Runs `kanibako config`. */
export default async function config(
  this: Context,
  flags: LegacyConfigFlags,
  key?: string,
  value?: string,
): Promise<number> {
  const host = await this.host();
  const project = await locateProject(host, flags.project, this.cwd);
  const { show, unset, clear, effective, reset, all, local, force, json, quiet } = flags;
  const run = (more: Partial<ConfigFlags>, argument?: string) =>
    configureBox(host, project, { json, quiet, force, ...more }, argument);
  if ((unset !== undefined || clear) && key !== undefined) {
    throw new UsageError(`Unexpected word ${JSON.stringify(key)}.`);
  }
  if (unset !== undefined) return await run({ reset: true }, unset);
  if (clear) return await run({ reset: true, all: true });
  if (effective || reset || all || local) return await run({ effective, reset, all, local }, key);
  if (value !== undefined) return await run({}, `${key}=${value}`);
  if (key !== undefined) return await run({ effective: !key.includes("=") }, key);
  if (!show && (json || quiet)) return await run({});
  out(`Project: ${project.path}`);
  out("");
  return await run({ effective: true });
}
