/**
 * `box settings` of the 0.x versions: the settings of the agent itself.
 *
 * @module
 */

import { readLevels } from "../../config/levels.ts";
import { agentSettings, settingsFrom } from "../../config/resolve.ts";
import type { Setting } from "../../config/settings.ts";
import { KanibakoError } from "../../host/error.ts";
import { note, out, table } from "../../host/ui/terminal.ts";
import { nearest, shellQuote } from "../../host/ui/text.ts";
import { locateProject } from "../../project/locate.ts";
import { findTarget } from "../../../targets/discover.ts";
import type { TargetSetting } from "../../../targets/target.ts";
import { configureBox } from "../box/settings/config_action.ts";
import { agentOf } from "../config_agent.ts";
import type { Context } from "../context.ts";
import type { ProjectFlag } from "./legacy.ts";

interface Found {
  readonly declared: readonly TargetSetting[];
  readonly settings: Readonly<Record<string, Setting<string>>>;
}

async function find(context: Context, flags: ProjectFlag): Promise<Found> {
  const host = await context.host();
  const levels = await readLevels(host, await locateProject(host, flags.project, context.cwd));
  const agent = await agentOf(host, levels);
  if (!agent) throw new KanibakoError("no-agent", "There is no agent on this machine.");
  const declared = findTarget(agent.id).settings;
  return { declared, settings: agentSettings(settingsFrom(levels, agent.crab, {}), declared) };
}

/** Where a value comes from, in the older words. */
function source({ level }: Setting<string>): string {
  return level === "box" ? "project" : level === "crab" ? "agent" : level;
}

/** Runs `kanibako box settings list`. */
export async function settingsList(this: Context, flags: ProjectFlag): Promise<void> {
  const { declared, settings } = await find(this, flags);
  const rows = declared.map(({ key, default: usual }) => {
    const setting = settings[key]!;
    return [key, usual || "-", setting.value || "-", source(setting)];
  });
  if (rows.length === 0) return out("The agent has no settings.");
  table(["KEY", "DEFAULT", "EFFECTIVE", "SOURCE"], rows, { minimum: [15, 15, 15] });
}

/** Runs `kanibako box settings get`. */
export async function settingsGet(this: Context, flags: ProjectFlag, key: string): Promise<number> {
  const { declared, settings } = await find(this, flags);
  checkDeclared(key, declared);
  const value = settings[key]!.value;
  if (value !== "") out(value);
  else note("(not set)");
  return value === "" ? 1 : 0;
}

/** Runs `kanibako box settings set`. */
export async function settingsSet(
  this: Context,
  flags: ProjectFlag,
  key: string,
  value: string,
): Promise<number> {
  checkDeclared(key, (await find(this, flags)).declared);
  const host = await this.host();
  return await configureBox(
    host,
    await locateProject(host, flags.project, this.cwd),
    {},
    `crab.${key}=${value}`,
  );
}

/** Runs `kanibako box settings unset`. */
export async function settingsUnset(this: Context, flags: ProjectFlag, key: string): Promise<number> {
  checkDeclared(key, (await find(this, flags)).declared);
  const host = await this.host();
  const project = await locateProject(host, flags.project, this.cwd);
  return await configureBox(host, project, { reset: true }, `crab.${key}`);
}

function checkDeclared(key: string, declared: readonly TargetSetting[]): void {
  const keys = declared.map((one) => one.key);
  if (keys.includes(key)) return;
  const meant = nearest(key, keys);
  throw new KanibakoError("unknown-key", `The agent has no setting ${shellQuote(key)}.`, {
    hint: [...(meant === undefined ? [] : [`Did you mean ${meant}?`]), `It has: ${keys.join(", ")}.`],
  });
}
