/**
 * What follows when a box no longer shares the host's login: the copy of it that lies in its home goes.
 *
 * @module
 */

import { openHost } from "../config/system.ts";
import type { Host } from "../config/system.ts";
import { withdrawLogin } from "../crab/withdraw.ts";
import { KanibakoError } from "../host/error.ts";
import { out, warn } from "../host/ui/terminal.ts";
import { listProjects } from "../project/list.ts";
import { locateProject } from "../project/locate.ts";
import { type Project, qualifiedName } from "../project/project.ts";
import { targets } from "../../targets/discover.ts";

/** Runs a change of who shares the login, and takes it from those that did and do no longer. */
export async function withdrawingLogins(host: Host, change: () => Promise<void>): Promise<void> {
  const before = (await projects(host)).filter(({ sharedAuth }) => sharedAuth);
  await change();
  // The change may have been one of the system's own file.
  const after = await projects(await openHost());
  const distinct = new Set(after.filter(({ sharedAuth }) => !sharedAuth).map(({ id }) => id));
  const files = targets().flatMap(({ credentials }) => credentials);
  let homes = 0;
  for (const project of before.filter(({ id }) => distinct.has(id))) {
    try {
      if (await withdrawLogin({ home: project.home, state: project.state, files })) homes++;
    } catch (error) {
      if (!(error instanceof KanibakoError)) throw error;
      warn(`The host's login may still lie in the home of ${qualifiedName(project)}: ${error.message}`);
    }
  }
  if (homes > 0) out(`Deleted the host's login from ${homes === 1 ? "1 project" : `${homes} projects`}.`);
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
      // What is damaged is told by the commands that need it.
      if (!(error instanceof KanibakoError)) throw error;
      return undefined;
    }
  }));
  return found.filter((project) => project !== undefined);
}
