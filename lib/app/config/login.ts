/**
 * What follows when a box no longer shares the host's login: the copy of it that lies in its home goes.
 *
 * @module
 */

import { openHost } from "../../config/system.ts";
import type { Host } from "../../config/system.ts";
import { hasOtherKind } from "../../crab/given.ts";
import { readSteps } from "../../crab/steps.ts";
import { withdrawLogin } from "../../crab/withdraw.ts";
import { KanibakoError } from "../../host/error.ts";
import { listProjects } from "../../project/list.ts";
import { locateProject } from "../../project/locate.ts";
import { type Project, qualifiedName } from "../../project/project.ts";
import { readRun } from "../../run/record.ts";
import { unshareRun } from "../../run/unshare.ts";
import { warning } from "../../spec/ui.ts";
import type { LoginChange } from "./login_change.ts";
import { loginTargets } from "../../../targets/discover.ts";

/** Runs a change of who shares the login, and takes it from those that did and do no longer. */
export async function withdrawingLogins(host: Host, change: () => Promise<void>): Promise<LoginChange> {
  const all = await projects(host);
  const before = new Map(all.filter(({ sharedAuth }) => sharedAuth).map((one) => [one.id, one]));
  await change();
  // The change may have been one of the system's own file.
  const after = await projects(await openHost(undefined, host));
  const files = loginTargets().flatMap(({ credentials }) => credentials);
  let logins = 0;
  let placeholders = 0;
  for (const project of after) {
    const was = before.get(project.id);
    if (!was || whose(was) === whose(project)) continue;
    // What gives way to the login itself does at the next start, and what is guarded already stays so.
    if (project.sharedAuth && !project.guardedAuth) continue;
    const { credentials } = await readSteps(project.state);
    const guarded = hasOtherKind({ credentials }, false);
    if (project.sharedAuth && guarded && !hasOtherKind({ credentials }, true)) continue;
    try {
      // A box that runs would get it again, or give its own.
      await unshareRun(project.state);
      if (!await withdrawLogin({ home: project.home, state: project.state, files })) continue;
      if (guarded) placeholders++;
      else logins++;
    } catch (error) {
      if (!(error instanceof KanibakoError)) throw error;
      warning(host.ui, "login-stays", { name: qualifiedName(project), message: error.message });
    }
  }
  return { logins, placeholders, later: await running(all, after) };
}

/** Those whose login is another than before, and that run. */
async function running(before: readonly Project[], after: readonly Project[]): Promise<string[]> {
  const was = new Map(before.map((project) => [project.id, whose(project)]));
  const others = after.filter((project) => was.get(project.id) !== whose(project));
  const runs = await Promise.all(others.map(async (project) => await readRun(project.state) && project));
  return runs.flatMap((project) => project ? [qualifiedName(project)] : []);
}

/** Whose login a box has, and how, as far as the settings say. */
function whose({ sharedAuth, guardedAuth, guardsByDefault }: Project): string {
  return !sharedAuth ? "distinct" : guardedAuth ? "guarded" : guardsByDefault ? "default" : "shared";
}

/** All projects that can be looked at. */
async function projects(host: Host): Promise<Project[]> {
  const known = (await listProjects(host)).filter(({ path, status }) =>
    path !== undefined && status === "ok"
  );
  const found = await Promise.all(known.map(async ({ path }) => {
    try {
      return await locateProject(host, path);
    } catch (error) {
      // What is damaged is reported by the commands that need it.
      if (!(error instanceof KanibakoError)) throw error;
      return undefined;
    }
  }));
  return found.filter((project) => project !== undefined);
}
