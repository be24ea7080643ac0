/**
 * Vaults in the workspace that the box must not see: its own, and those of projects that lie in it.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { debug } from "../host/log.ts";
import { real } from "../project/guard.ts";
import { isWithin } from "../project/layout.ts";
import { projectPaths } from "../project/list.ts";
import { locateProject } from "../project/locate.ts";
import type { Project } from "../project/project.ts";

/** A vault in the workspace, with its snapshots, is none of the box's business, be it that of an earlier time. */
export async function holdsVault(project: Project): Promise<boolean> {
  const inside = project.vault?.readWrite.startsWith(`${project.path}/vault/`) ?? false;
  if (inside && !project.exists) return true;
  const { entryKind } = await import("../host/tree_entry.ts");
  if (await entryKind(project.path, "vault") !== "folder") return false;
  return inside || await entryKind(`${project.path}/vault`, ".versions") === "folder";
}

/**
 * The vaults of known projects below a workspace, as paths of the host. They are there, so nothing has to be made where they are
 * hidden. Only where there are such projects more than the registries is read.
 */
export async function nestedVaults(host: Host, project: Project): Promise<readonly string[]> {
  const isBelow = (path: string) => path !== project.path && isWithin(path, project.path);
  const below = (await projectPaths(host)).filter(isBelow);
  // Whoever made his home a project was asked whether the agent may change all of it.
  if (below.length === 0 || project.path === await real(host.dirs.home)) return [];
  return (await Promise.all(below.map((path) => vaultOf(host, path)))).flat();
}

/** What the outer box may have put in a project's place is looked at, and never followed. */
async function vaultOf(host: Host, path: string): Promise<readonly string[]> {
  if (await Deno.realPath(path).catch(() => undefined) !== path) return [];
  const { entryKind } = await import("../host/tree_entry.ts");
  try {
    const project = await locateProject(host, path);
    return project.path === path && await holdsVault(project) ? [`${path}/vault`] : [];
  } catch (error) {
    // Its settings cannot be read, or lead elsewhere: what may be a vault is hidden.
    debug(() => `the project in ${path} is not understood: ${error}`);
    const isFolder = await entryKind(path, "vault").catch(() => undefined) === "folder";
    return isFolder ? [`${path}/vault`] : [];
  }
}
