/**
 * The folders that some box can write. A link in one of them may have been made by that box, so no work of the host goes through
 * it; and what lies in one is no place for what is the user's alone.
 *
 * @module
 */

import { readLevels } from "../config/levels.ts";
import { settingsFrom } from "../config/resolve.ts";
import type { Host } from "../config/system.ts";
import { readCrabFile, readGeneralCrab } from "../crab/file.ts";
import { KanibakoError } from "../host/error.ts";
import { debug } from "../host/log.ts";
import { listAll } from "../project/list.ts";
import { locateProject } from "../project/locate.ts";
import { type Location, Locations } from "../project/location.ts";
import { targets } from "../../targets/discover.ts";
import { writableSources } from "./declared_binds.ts";

/** Tells whether a box can write in a folder. */
export interface BoxFolders {
  /** Whether some box can. `but`: a folder that does not count, though what is below it in another one does. */
  canWrite(folder: string, but?: string): boolean;
}

/** The shares of one call that is about to start a box, beside those of all projects. */
export interface MoreFolders {
  /** Folders that the box can write. */
  readonly whole: readonly string[];
  /** Folders in which the box can write what is further down. */
  readonly below: readonly string[];
}

/**
 * Finds them: workspaces, homes, vaults, and what is shared to be written, of every project this machine knows. Reads the settings
 * of all projects, so it is only called where a link has been met or something is about to be written. A project whose settings
 * cannot be read cannot start a box either; its workspace counts.
 */
export async function boxFolders(
  host: Host,
  more: MoreFolders = { whole: [], below: [] },
): Promise<BoxFolders> {
  const { paths } = host.system;
  const { projects, worksets } = await listAll(host);
  const known = projects.flatMap(({ path, status }) =>
    path !== undefined && status !== "missing" ? [path] : []
  );
  const shared = await Promise.all(known.map(async (path) => await foldersOf(host, path)));
  const whole = [
    paths.shared,
    paths.boxes,
    paths.comms,
    // Boxes without a project of their own.
    `${host.dirs.data}/helpers`,
    `${host.dirs.data}/scratch`,
    ...projects.flatMap(({ path }) => path ?? []),
    ...worksets.flatMap(({ root }) =>
      ["workspaces", "vault", "boxes", "shared"].map((name) => `${root}/${name}`)
    ),
    ...shared.flat(),
    ...more.whole,
  ];
  // Links directly in these belong to the user; boxes write to what is further down.
  const below = [
    paths.shareReadWrite,
    ...targets().map(({ name }) => `${paths.crabs}/${name}/share`),
    ...more.below,
  ];
  const locations = new Locations();
  const [all, inner] = [whole, below].map((list) => list.map((path) => locations.of(path))) as [
    Location[],
    Location[],
  ];
  return {
    canWrite: (folder, but) => {
      const asked = locations.of(folder);
      const ignored = but === undefined ? undefined : locations.of(but);
      return all.some((root) =>
        locations.isWithin(asked, root) && !(ignored && locations.isSame(root, ignored))
      ) ||
        inner.some((root) => locations.isWithin(asked, root) && !locations.isSame(asked, root));
    },
  };
}

/** What the box of one project can write beside its workspace. */
async function foldersOf(host: Host, path: string): Promise<string[]> {
  try {
    return await readFolders(host, path);
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    debug(() => `the shares of the project in ${path} are not known: ${error.message}`);
    return [];
  }
}

async function readFolders(host: Host, path: string): Promise<string[]> {
  const project = await locateProject(host, path);
  const own = [project.home, ...project.vault ? [project.vault.readWrite] : []];
  const levels = await readLevels(host, project);
  const agents = [undefined, ...targets().filter(({ hasBinary }) => hasBinary)];
  const shares = await Promise.all(agents.map(async (target) => {
    const { paths } = host.system;
    const crab = target ? await readCrabFile(paths, target.name) : await readGeneralCrab(paths);
    const settings = settingsFrom(levels, crab, {});
    return writableSources({ host, project, settings, agent: target && { target } });
  }));
  return [...own, ...shares.flat()];
}
