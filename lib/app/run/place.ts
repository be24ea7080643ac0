/**
 * Which folder a single command works in: that of the project in which the user stands, the current one, or an empty one.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { NO_FOLDER } from "../../host/path.ts";
import { assertNoBoxLink } from "../../plan/box_links.ts";
import { checkWorkspace } from "../../project/guard.ts";
import { locateProject } from "../../project/locate.ts";
import type { Project } from "../../project/project.ts";

/** Whether the folder is wanted: `must`: or the call fails; `none`: it is not. */
export type Mounted = "auto" | "must" | "none";

/** The folder of a run. */
export interface RunPlace {
  /** Absolute, symlinks resolved; absent: an empty one. */
  readonly workspace?: string;
  /** The project whose folder it is, also where it has no box yet. */
  readonly project?: Project;
  /** Why it is an empty one; absent where that was asked for. */
  readonly why?: string;
}

/** Finds it. Creates nothing. Throws what is wrong with the folder where there must be one. */
export async function runPlace(host: Host, cwd: string, mounted: Mounted): Promise<RunPlace> {
  if (mounted === "none") return {};
  try {
    if (cwd === NO_FOLDER) throw new KanibakoError("no-folder", "The current folder no longer exists.");
    await assertNoBoxLink(host, cwd, cwd);
    const project = await locateProject(host, undefined, cwd);
    await checkWorkspace(host, project.path, { standalone: false, allowHome: false });
    return { workspace: project.path, project };
  } catch (error) {
    if (mounted === "must" || !(error instanceof KanibakoError) || !NO_WORKSPACE.has(error.code)) throw error;
    return { why: error.message };
  }
}

/** What says that a folder is none to work in. Whatever else is wrong with a project is an error here, too. */
const NO_WORKSPACE = new Set(["home-project", "unsafe-workspace", "no-folder"]);
