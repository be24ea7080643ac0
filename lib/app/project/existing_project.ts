/**
 * The project of a call that makes none.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { locateProject } from "../../project/locate.ts";
import type { Project } from "../../project/project.ts";

/** The project that `word` or the folder `cwd` means. Throws `no-box` where that is none. */
export async function existingProject(host: Host, word: string | undefined, cwd: string): Promise<Project> {
  const project = await locateProject(host, word, cwd);
  if (project.exists) return project;
  throw new KanibakoError("no-box", `There is no box for ${project.path}.`, {
    hint: "To see all boxes: kanibako list --all",
  });
}
