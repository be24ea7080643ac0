/**
 * Checks that a box has what it needs.
 *
 * @module
 */

import { settingsFrom } from "../../../config/resolve.ts";
import { readLevels } from "../../../config/levels.ts";
import type { Host } from "../../../config/system.ts";
import { locateProject } from "../../../project/locate.ts";
import type { Project } from "../../../project/project.ts";
import { bad, type Check, messageOf, none, ok, showChecks } from "../../checks.ts";
import type { Context } from "../../context.ts";
import { engineCheck, rigCheck } from "../../system/host_checks.ts";
import type { BoxDiagnoseFlags } from "./diagnose.ts";
import { askRunning, openEngine } from "./running.ts";

/** Runs `kanibako box diagnose`. */
export default async function boxDiagnose(
  this: Context,
  flags: BoxDiagnoseFlags,
  word?: string,
): Promise<void> {
  const host = await this.host();
  const project = await locateProject(host, word, this.cwd);
  const engine = await openEngine(host);
  const checks = [
    await folder("Project directory", project.path, true),
    project.exists
      ? await folder("Shell directory", project.home, false)
      : none("Shell directory", "made when the project is started"),
    ...await vault(project),
    await settings(host, project),
    await engineCheck(engine),
    ...engine
      ? [await rigCheck(host, engine, await imageOf(host, project)), await container(host, project)]
      : [],
  ];
  showChecks(`Diagnosis of ${project.name} (${project.id})`, checks, flags.json);
}

async function folder(label: string, path: string, needed: boolean): Promise<Check> {
  const info = await Deno.lstat(path).catch(() => undefined);
  if (info?.isDirectory) return ok(label, path);
  if (info) return bad(label, `${path} is not a folder`);
  return needed ? bad(label, `${path} is gone`) : none(label, `${path} is made at the next start`);
}

async function vault(project: Project): Promise<Check[]> {
  if (!project.vault) return [none("Vault", "disabled for this project")];
  if (!project.exists) return [];
  return [
    await folder("Vault RO", project.vault.readOnly, false),
    await folder("Vault RW", project.vault.readWrite, false),
  ];
}

async function settings(host: Host, project: Project): Promise<Check> {
  try {
    settingsFrom(await readLevels(host, project), undefined, {});
    return ok("Settings", "all files are sound");
  } catch (error) {
    return bad("Settings", messageOf(error));
  }
}

async function imageOf(host: Host, project: Project): Promise<string | undefined> {
  try {
    return settingsFrom(await readLevels(host, project), undefined, {}).image.value;
  } catch {
    return undefined;
  }
}

async function container(host: Host, project: Project): Promise<Check> {
  try {
    const found = (await askRunning(host))?.containers.get(project.id);
    if (found?.running) return ok("Container", `running (${found.name})`);
    return found
      ? none("Container", `left over (${found.state}); removed at the next start`)
      : none("Container", "not running");
  } catch (error) {
    return bad("Container", messageOf(error));
  }
}
