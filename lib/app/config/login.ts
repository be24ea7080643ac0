/**
 * What follows when a box no longer shares the host's login: the copy of it that lies in its home goes.
 *
 * @module
 */

import { openHost } from "../../config/system.ts";
import type { Host } from "../../config/system.ts";
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
  const before = all.filter(({ sharedAuth }) => sharedAuth);
  const wasGuarded = new Set(before.filter(({ guardedAuth }) => guardedAuth).map(({ id }) => id));
  await change();
  // The change may have been one of the system's own file.
  const after = await projects(await openHost(undefined, host));
  // What stands in the place of a login gives way to it no more than a login does to that.
  const distinct = new Set(
    after.filter(({ id, sharedAuth, guardedAuth = false }) =>
      !sharedAuth || guardedAuth !== wasGuarded.has(id)
    )
      .map(({ id }) => id),
  );
  const files = loginTargets().flatMap(({ credentials }) => credentials);
  let logins = 0;
  let placeholders = 0;
  for (const project of before.filter(({ id }) => distinct.has(id))) {
    try {
      // A box that runs would get it again, or give its own.
      await unshareRun(project.state);
      if (!await withdrawLogin({ home: project.home, state: project.state, files })) continue;
      if (wasGuarded.has(project.id)) placeholders++;
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
  const whose = ({ sharedAuth, guardedAuth = false }: Project) =>
    sharedAuth ? `shared ${guardedAuth}` : "own";
  const was = new Map(before.map((project) => [project.id, whose(project)]));
  const others = after.filter((project) => was.get(project.id) !== whose(project));
  const runs = await Promise.all(others.map(async (project) => await readRun(project.state) && project));
  return runs.flatMap((project) => project ? [qualifiedName(project)] : []);
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
