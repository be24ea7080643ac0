/**
 * Whether a project is all there. Asked at every launch, and so kept apart from what makes projects.
 *
 * @module
 */

import { exists } from "../host/path.ts";
import type { Project } from "./project.ts";

/** Whether a launch finds all of a project, and nothing of it is to be recorded. */
export function needsNothing(project: Project): boolean {
  return project.exists && project.mode !== "standalone" && hasHome(project) && hasVaultFolders(project);
}

/** Whether its home is there. */
export function hasHome({ home }: Project): boolean {
  return exists(home);
}

/** Whether the folders of its vault are there, where it has one. */
export function hasVaultFolders({ vault }: Project): boolean {
  return !vault || (exists(vault.readOnly) && exists(vault.readWrite));
}
