/**
 * Checks that a box has what it needs.
 *
 * @module
 */

import { supervisorLog } from "../../config/box_state.ts";
import { readLevels } from "../../config/levels.ts";
import { settingsFrom } from "../../config/resolve.ts";
import type { Host } from "../../config/system.ts";
import { readText } from "../../host/store.ts";
import { locateProject } from "../../project/locate.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { type Project, qualifiedName } from "../../project/project.ts";
import type { BoxRuntime } from "../../runtime/runtime.ts";
import { FORGOTTEN } from "../../run/forgotten.ts";
import { readRun } from "../../run/record.ts";
import { serviceFailures } from "../../run/service_failures.ts";
import { allBoxes } from "../../run/find_boxes.ts";
import { bad, type Check, messageOf, none, ok } from "../check.ts";
import { defaultRuntime } from "../../run/used_runtimes.ts";
import { engineChecks, rigCheck, trialChecks } from "../system/host_checks.ts";
import { failureCheck } from "../system/last_starts.ts";
import { lastFailure } from "../../run/last_failure.ts";

/** How much of a supervisor's last words is shown. */
const LOG_LINES = 5;

/** What was found. */
export interface BoxDiagnosis {
  readonly project: Project;
  readonly checks: readonly Check[];
}

/** Looks at everything the box of a project needs. Finding something wrong is a result, not an error. */
export async function diagnoseBox(host: Host, word: string | undefined, cwd: string): Promise<BoxDiagnosis> {
  const project = await locateProject(host, word, cwd);
  const runtime = await defaultRuntime(host);
  const checks = [
    await folder("Project directory", project.path, true),
    project.exists
      ? await folder("Shell directory", project.home, false)
      : none("Shell directory", "created at the next start"),
    ...await vault(project),
    await settings(host, project),
    ...await engineChecks(runtime),
    ...runtime ? await rigChecks(host, runtime, await imageOf(host, project)) : [],
    ...await container(host, project),
    ...await lastStart(project),
    ...await services(project),
    ...await supervisor(project),
  ];
  return { project, checks };
}

async function rigChecks(host: Host, runtime: BoxRuntime, image: string | undefined): Promise<Check[]> {
  const rig = await rigCheck(host, runtime, image);
  return [rig, ...await trialChecks(host, runtime, rig, image)];
}

async function folder(label: string, path: string, needed: boolean): Promise<Check> {
  const info = await Deno.lstat(path).catch(() => undefined);
  if (info?.isDirectory) return ok(label, path);
  if (info) return bad(label, `${path} is not a folder`);
  return needed ? bad(label, `${path} is gone`) : none(label, `${path} is created at the next start`);
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
    return ok("Settings", "all files are valid");
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

/** Nothing where there is no engine to ask: the check of the engine says so. */
async function container(host: Host, project: Project): Promise<Check[]> {
  const label = "Container";
  try {
    const { runtimes, boxes, silent } = await allBoxes(host);
    const deaf = [...silent].map(([name, { message }]) => bad(label, `${name} does not answer: ${message}`));
    const found = boxes.get(project.id)?.info;
    if (found?.paused) {
      const resume = `kanibako box resume ${shellQuote(qualifiedName(project))}`;
      return [...deaf, none(label, `paused (${found.name}); to resume it: ${resume}`)];
    }
    if (found?.state === FORGOTTEN) {
      const stop = `kanibako stop ${shellQuote(qualifiedName(project))}`;
      return [
        ...deaf,
        bad(label, `running (${found.name}), but its engine has forgotten it; to stop it: ${stop}`),
      ];
    }
    if (found?.stopping === "stuck") {
      return [
        ...deaf,
        bad(label, `being stopped (${found.name}), and its monitor was killed; the next start ends it`),
      ];
    }
    if (found?.running) return [...deaf, ok(label, `running (${found.name})`)];
    if (found) return [...deaf, none(label, `left over (${found.state}); removed at the next start`)];
    return deaf.length > 0 || runtimes.length === 0 ? deaf : [none(label, "not running")];
  } catch (error) {
    return [bad(label, messageOf(error))];
  }
}

async function lastStart(project: Project): Promise<Check[]> {
  const failure = project.exists ? await lastFailure(project.state) : undefined;
  return failure ? [failureCheck("Last start", failure)] : [];
}

/** Services of its latest runs that failed, however often they were started again. */
async function services(project: Project): Promise<Check[]> {
  const run = await readRun(project.state);
  return Object.entries(await serviceFailures(project.state)).map(([name, { run: of, count, message }]) =>
    (of === run?.run ? bad : none)(
      `Service ${name}`,
      `failed ${count === 1 ? "once" : `${count} times`}, most recently: ${message}`,
    )
  );
}

/** What its supervisor wrote last when something went wrong: nobody was there to read it then. */
async function supervisor(project: Project): Promise<Check[]> {
  const label = "Supervisor";
  const path = supervisorLog(project.state);
  try {
    const lines = (await readText(path) ?? "").split("\n").filter((line) => line !== "");
    if (lines.length === 0) return [];
    const writtenMs = (await Deno.lstat(path)).mtime?.getTime() ?? 0;
    const run = await readRun(project.state);
    // What went wrong before the present run is of interest, but no longer the matter.
    const found = run && run.startedAt > writtenMs ? none : bad;
    return lines.slice(-LOG_LINES).map((line) => found(label, line));
  } catch (error) {
    return [bad(label, messageOf(error))];
  }
}
