/**
 * Which folders of a project are for its own box alone, or for no box: vault, home and settings, where they lie in it.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { debug } from "../../host/log.ts";
import { parentOf } from "../../host/path.ts";
import { entryKind } from "../../host/tree/entry.ts";
import { isWithin, STANDALONE_FOLDERS } from "../layout.ts";
import type { KnownPlace } from "../list.ts";
import { locateProject } from "../locate.ts";
import type { Project } from "../project.ts";

/** All names that layouts use. */
const NAMES: readonly string[] = ["vault", ".shell", "shell", ...STANDALONE_FOLDERS];

/**
 * Those folders, as paths; some may be missing, which is for the caller to say. Of a project whose settings cannot be read,
 * all that there may be. Throws `unsafe-path` where one of them leads elsewhere.
 */
export async function ownFolders(host: Host, place: KnownPlace): Promise<readonly string[]> {
  const { path } = place;
  try {
    const project = await locateProject(host, path, "/");
    if (project.exists && project.path === path) return await foldersOf(project);
    debug(() => `the project in ${path} is found in ${project.path}`);
  } catch (error) {
    if (error instanceof KanibakoError && error.code === "unsafe-path") throw error;
    debug(() => `the project in ${path} is not understood: ${error}`);
  }
  const found: string[] = [];
  for (const name of NAMES) if (await isThere(path, name)) found.push(`${path}/${name}`);
  const hasSettings = found.some((folder) => STANDALONE_FOLDERS.includes(folder.slice(path.length + 1)));
  return place.mode === "standalone" && !hasSettings ? [...found, `${path}/${STANDALONE_FOLDERS[0]}`] : found;
}

async function foldersOf(project: Project): Promise<readonly string[]> {
  const { path, home, metadata, vault } = project;
  // In the project all of its folder is hidden in which they are: a home may be within the settings.
  const whole = (folder: string) =>
    isWithin(folder, path) ? `${path}/${folder.slice(path.length + 1).split("/")[0]}` : folder;
  const folders = [home, metadata, ...vault ? [parentOf(vault.readWrite)] : []].filter((one) => one !== path)
    .map(whole);
  // One that is no longer in use may have snapshots.
  if (await isThere(path, "vault") && await isThere(`${path}/vault`, ".versions")) {
    folders.push(`${path}/vault`);
  }
  return [...new Set(folders)];
}

async function isThere(folder: string, name: string): Promise<boolean> {
  return await entryKind(folder, name).catch(() => undefined) === "folder";
}
