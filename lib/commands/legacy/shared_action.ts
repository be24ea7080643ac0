/**
 * `shared` of the 0.x versions: the folders of the caches that boxes share.
 *
 * @module
 */

import { isFolder } from "../../host/path.ts";
import { agentCacheRoot, cachePath, globalCacheRoot, isCacheName } from "../../config/caches.ts";
import { levelsBelow } from "../../config/effective.ts";
import { readLevels } from "../../config/levels.ts";
import { settingsFrom } from "../../config/resolve.ts";
import type { Host } from "../../config/system.ts";
import { listCrabs } from "../../crab/file.ts";
import { KanibakoError } from "../../host/error.ts";
import { cannot } from "../../host/store.ts";
import { json as showJson, note, out, table } from "../../host/ui/terminal.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { BOX_HOME } from "../../spec/box_paths.ts";
import { locateProject } from "../../project/locate.ts";
import type { Project } from "../../project/project.ts";
import { findTarget } from "../../../targets/discover.ts";
import type { Context } from "../context.ts";

/** Runs `kanibako shared init`. */
export async function sharedInit(
  this: Context,
  flags: { readonly agent?: string },
  name: string,
): Promise<void> {
  const { system } = await this.host();
  if (!isCacheName(name)) {
    throw new KanibakoError("bad-name", `Cannot name a cache ${shellQuote(name)}.`, {
      hint: "Use letters, digits and . _ -",
    });
  }
  const agent = flags.agent === undefined ? undefined : findTarget(flags.agent).name;
  const root = agent === undefined ? globalCacheRoot(system) : agentCacheRoot(system, agent);
  const folder = `${root}/${name}`;
  if (isFolder(folder)) return out(`Already exists: ${folder}`);
  try {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw cannot("create", folder, cause);
  }
  out(`Created ${folder}`);
  const set = agent === undefined ? "kanibako system config" : `kanibako crab config ${agent}`;
  note(`To give it to boxes: ${set} shared.${name}=PATH`);
}

/** One cache that is set. */
interface Row {
  readonly name: string;
  readonly agent: string | null;
  readonly status: "ready" | "missing";
  readonly path: string;
  readonly folder: string;
}

/** Runs `kanibako shared list`. */
export async function sharedList(this: Context, { json }: { readonly json: boolean }): Promise<void> {
  const host = await this.host();
  const project = await projectHere(host, this.cwd);
  const levels = project ? await readLevels(host, project) : await levelsBelow(host, "workset");
  const settings = settingsFrom(levels, undefined, {});
  const global = Object.fromEntries(
    Object.entries(settings.caches).map(([name, { value }]) => [name, value]),
  );
  const groups: [agent: string | null, root: string, caches: Readonly<Record<string, string>>][] = [
    [null, globalCacheRoot(host.system), global],
    ...(await listCrabs(host.system.paths)).map((crab) =>
      [crab.id, agentCacheRoot(host.system, crab.id, project?.workset), crab.shared] as [
        string,
        string,
        Record<string, string>,
      ]
    ),
  ];
  const rows = (await Promise.all(groups.map(([agent, root, caches]) => rowsOf(agent, root, caches)))).flat();
  if (json) return showJson(rows);
  if (rows.length === 0) return out("No shared caches are configured.");
  for (const [agent] of groups) {
    const own = rows.filter((row) => row.agent === agent);
    if (own.length === 0) continue;
    if (agent !== null) out(`\nAgent: ${agent}`.trim());
    table(["NAME", "STATUS", "CONTAINER PATH"], own.map(({ name, status, path }) => [name, status, path]), {
      minimum: [18, 10],
    });
  }
  if (rows.some(({ status }) => status === "missing")) {
    note("To create one: kanibako shared init NAME [--agent ID]");
  }
}

/** The project around us whose settings count too. A standalone one takes part in no cache. */
async function projectHere(host: Host, cwd: string): Promise<Project | undefined> {
  try {
    const project = await locateProject(host, undefined, cwd);
    return project.mode === "standalone" ? undefined : project;
  } catch (cause) {
    // Not being in a project, or in a workset but in none of its projects, is no reason to show nothing.
    if (cause instanceof KanibakoError) return undefined;
    throw cause;
  }
}

function rowsOf(
  agent: string | null,
  root: string,
  caches: Readonly<Record<string, string>>,
): Row[] {
  const entries = Object.entries(caches).filter(([, path]) => path !== "").sort(([a], [b]) => a < b ? -1 : 1);
  return entries.map(([name, path]): Row => ({
    name,
    agent,
    status: isFolder(`${root}/${name}`) ? "ready" : "missing",
    path: `${BOX_HOME}/${cachePath(path) ?? path}`,
    folder: `${root}/${name}`,
  }));
}
