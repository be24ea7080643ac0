/**
 * What lies in the workspace and the box must not see: its own vault, and what belongs to the boxes of projects that lie in it.
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
  const { entryKind } = await import("../host/tree/entry.ts");
  if (await entryKind(project.path, "vault") !== "folder") return false;
  return inside || await entryKind(`${project.path}/vault`, ".versions") === "folder";
}

/**
 * The vaults, homes and settings of known projects below a workspace, as paths of the host. They are there, so nothing has to be made where they are
 * hidden. Only where there are such projects more than the registries is read.
 */
export async function nestedFolders(host: Host, workspace: string): Promise<readonly string[]> {
  const isBelow = (path: string) => path !== workspace && isWithin(path, workspace);
  const below = (await projectPaths(host)).filter(isBelow);
  // Whoever made the home a project was asked whether the agent may change all of it.
  if (below.length === 0 || workspace === await real(host.dirs.home)) return [];
  return (await Promise.all(below.map((path) => foldersOf(host, path)))).flat();
}

/** What the outer box may have put in a project's place is looked at, and never followed. */
async function foldersOf(host: Host, path: string): Promise<readonly string[]> {
  if (await Deno.realPath(path).catch(() => undefined) !== path) return [];
  const { entryKind } = await import("../host/tree/entry.ts");
  const names = await namesOf(host, path);
  const isThere = async (name: string) => await entryKind(path, name).catch(() => undefined) === "folder";
  const found = await Promise.all(names.map(async (name) => await isThere(name) ? [`${path}/${name}`] : []));
  return found.flat();
}

/** Of a project whose settings cannot be read, or lead elsewhere, what may be its own is hidden. */
async function namesOf(host: Host, path: string): Promise<readonly string[]> {
  try {
    const project = await locateProject(host, path);
    if (project.path !== path) return [];
    // The folder just below the project: a home may be within the settings.
    const own = [project.home, project.metadata].filter((folder) => isWithin(folder, path)).map((folder) =>
      folder.slice(path.length + 1).split("/")[0]!
    );
    return [...new Set([...await holdsVault(project) ? ["vault"] : [], ...own])];
  } catch (error) {
    debug(() => `the project in ${path} is not understood: ${error}`);
    return ["vault", ".kanibako", ".shell"];
  }
}
