/** Worksets for tests. */

import type { Host } from "../../../lib/config/system.ts";
import { runChange } from "../../../lib/project/change/change.ts";
import { locateProject } from "../../../lib/project/locate.ts";
import type { Project } from "../../../lib/project/project.ts";
import { type Placing, planConnection } from "../../../lib/project/workset/connect.ts";
import { allWorksets } from "../../../lib/project/workset/find.ts";
import type { Workset } from "../../../lib/project/membership/members.ts";

/** The workset of that name, read again. */
export async function worksetNamed(host: Host, name: string): Promise<Workset> {
  const found = (await allWorksets(host)).find((workset) => workset.name === name);
  if (!found) throw new Error(`no workset ${name}`);
  return found;
}

/** Connects a folder or a project, and answers what it is then. */
export async function connect(
  host: Host,
  workset: string,
  source: string,
  placing: Placing = "link",
  name?: string,
): Promise<Project> {
  const plan = await planConnection(host, await worksetNamed(host, workset), {
    source,
    cwd: "/",
    placing,
    ...(name === undefined ? {} : { name }),
  });
  await runChange(host, plan.change);
  return await locateProject(host, `${workset}/${plan.name}`, "/");
}
