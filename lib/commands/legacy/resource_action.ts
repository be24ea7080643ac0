/**
 * `box resource` of the 0.x versions: whose the parts of the agent's configuration folder are.
 *
 * @module
 */

import { readLevels } from "../../config/levels.ts";
import { settingsFrom } from "../../config/resolve.ts";
import { note, out, table } from "../../host/ui/terminal.ts";
import { locateProject } from "../../project/locate.ts";
import { configureBox } from "../box/settings/config_action.ts";
import { agentOf } from "../config_agent.ts";
import type { Context } from "../context.ts";
import type { ProjectFlag } from "./legacy.ts";

/** Runs `kanibako box resource list`. */
export async function resourceList(this: Context, flags: ProjectFlag): Promise<void> {
  const host = await this.host();
  const levels = await readLevels(host, await locateProject(host, flags.project, this.cwd));
  const agent = await agentOf(host, levels);
  const settings = settingsFrom(levels, agent?.crab, {});
  const rows = (agent?.resources ?? []).map(({ path, scope }) => {
    const set = settings.resources[path];
    return [path, scope, set === undefined ? scope : `${set.value} *`];
  });
  if (rows.length === 0) return out("The agent has no such parts.");
  table(["PATH", "DEFAULT", "EFFECTIVE"], rows, { minimum: [25, 10] });
  if (rows.some(([, , effective]) => effective!.endsWith("*"))) note("* set in the configuration");
}

/** Runs `kanibako box resource set`. */
export async function resourceSet(
  this: Context,
  flags: ProjectFlag,
  path: string,
  scope: string,
): Promise<number> {
  const host = await this.host();
  const project = await locateProject(host, flags.project, this.cwd);
  return await configureBox(host, project, {}, `resource.${path}=${scope}`);
}

/** Runs `kanibako box resource unset`. */
export async function resourceUnset(this: Context, flags: ProjectFlag, path: string): Promise<number> {
  const host = await this.host();
  const project = await locateProject(host, flags.project, this.cwd);
  return await configureBox(host, project, { reset: true }, `resource.${path}`);
}
