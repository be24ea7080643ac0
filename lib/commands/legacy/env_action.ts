/**
 * `env` of the 0.x versions: the variables of the project around us, or of every box.
 *
 * @module
 */

import { resetSettings, setSetting } from "../../config/change.ts";
import { readPlace } from "../../config/read.ts";
import { boxPlace, type ConfigPlace, systemPlace } from "../../config/place.ts";
import { settingNamed } from "../../config/setting_name.ts";
import { KanibakoError } from "../../host/error.ts";
import { note, out } from "../../host/ui/terminal.ts";
import { locateProject } from "../../project/locate.ts";
import type { Project } from "../../project/project.ts";
import type { Context } from "../context.ts";
import type { EnvFlags, ProjectFlag } from "./legacy.ts";

/** The two places these commands know, the weaker first. */
async function places(
  context: Context,
  flags: ProjectFlag,
): Promise<[system: ConfigPlace, box: ConfigPlace]> {
  const host = await context.host();
  return [systemPlace(host), boxPlace(host, await locateProject(host, flags.project, context.cwd))];
}

async function variables(place: ConfigPlace): Promise<[string, string][]> {
  const env = [...await readPlace(place)].filter(([name]) => name.startsWith("env."));
  return env.map(([name, value]) => [name.slice(4), String(value)]);
}

/** Runs `kanibako env list`. */
export async function envList(this: Context, flags: ProjectFlag): Promise<void> {
  const all = await Promise.all((await places(this, flags)).map(variables));
  const merged = Object.entries(Object.fromEntries(all.flat())).sort(([a], [b]) => a < b ? -1 : 1);
  if (merged.length === 0) out("No environment variables set.");
  for (const [name, value] of merged) out(`${name}=${value}`);
}

/** Runs `kanibako env get`. */
export async function envGet(this: Context, flags: ProjectFlag, name: string): Promise<number> {
  const setting = settingNamed(`env.${name}`, "box");
  for (const place of (await places(this, flags)).reverse()) {
    const found = (await variables(place)).find(([one]) => one === setting.name.slice(4));
    if (found === undefined) continue;
    out(found[1]);
    return 0;
  }
  note("(not set)");
  return 1;
}

/** Runs `kanibako env set`. */
export async function envSet(this: Context, flags: EnvFlags, name: string, value: string): Promise<void> {
  const place = await placeToChange(this, flags);
  await setSetting(place, settingNamed(`env.${name}`, place.level), value, { settings: [], resources: [] });
  out(`Set ${name} (${flags.global ? "global" : "project"})`);
}

/** Runs `kanibako env unset`. */
export async function envUnset(this: Context, flags: EnvFlags, name: string): Promise<number> {
  const place = await placeToChange(this, flags);
  const gone = await resetSettings(place, [settingNamed(`env.${name}`, place.level)]);
  if (gone.length === 0) {
    note("(not set)");
    return 1;
  }
  out(`Unset ${name} (${flags.global ? "global" : "project"})`);
  return 0;
}

async function placeToChange(context: Context, flags: EnvFlags): Promise<ConfigPlace> {
  const host = await context.host();
  if (flags.global) return systemPlace(host);
  return boxPlace(host, existing(await locateProject(host, flags.project, context.cwd)));
}

/** The project, if it is one. Throws `no-project`. */
export function existing(project: Project): Project {
  if (project.exists) return project;
  throw new KanibakoError("no-project", `${project.path} is not a project yet.`, {
    hint: "Make it one: kanibako create",
  });
}
