/**
 * Folders in the workspace that the box must not see: its own vault, and what belongs to the boxes of projects further down.
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

/** Whether the workspace contains a vault with its snapshots, including one that is no longer in use. */
export async function hasVault(project: Project): Promise<boolean> {
  const inside = project.vault?.readWrite.startsWith(`${project.path}/vault/`) ?? false;
  if (inside && !project.exists) return true;
  const { entryKind } = await import("../host/tree/entry.ts");
  if (await entryKind(project.path, "vault") !== "folder") return false;
  return inside || await entryKind(`${project.path}/vault`, ".versions") === "folder";
}

/**
 * The vaults, homes and settings of known projects below a workspace, as paths of the host. Only folders that exist: hiding
 * one must not create a folder in the workspace. Without such projects only the registries are read.
 */
export async function nestedFolders(host: Host, workspace: string): Promise<readonly string[]> {
  const isBelow = (path: string) => path !== workspace && isWithin(path, workspace);
  const below = (await projectPaths(host)).filter(isBelow);
  // A home became a project only after the user agreed that the agent may change all of it.
  if (below.length === 0 || workspace === real(host.dirs.home)) return [];
  return (await Promise.all(below.map((path) => foldersOf(host, path)))).flat();
}

/** The outer box may have put something else in a project's place, so no symlink is followed. */
async function foldersOf(host: Host, path: string): Promise<readonly string[]> {
  if (await Deno.realPath(path).catch(() => undefined) !== path) return [];
  const { entryKind } = await import("../host/tree/entry.ts");
  const names = await namesOf(host, path);
  const isThere = async (name: string) => await entryKind(path, name).catch(() => undefined) === "folder";
  const found = await Promise.all(names.map(async (name) => await isThere(name) ? [`${path}/${name}`] : []));
  return found.flat();
}

/** The names to hide. Where a project's settings cannot be read, or point elsewhere, all names a project may use. */
async function namesOf(host: Host, path: string): Promise<readonly string[]> {
  try {
    const project = await locateProject(host, path);
    if (project.path !== path) return [];
    // The folder just below the project: a home may be within the settings.
    const own = [project.home, project.metadata].filter((folder) => isWithin(folder, path)).map((folder) =>
      folder.slice(path.length + 1).split("/")[0]!
    );
    return [...new Set([...await hasVault(project) ? ["vault"] : [], ...own])];
  } catch (error) {
    debug(() => `the project in ${path} is not understood: ${error}`);
    return ["vault", ".kanibako", ".shell"];
  }
}
