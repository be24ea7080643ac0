/**
 * Whether the workspace has a vault that its own box must not see.
 *
 * @module
 */

import { entryKind } from "../host/tree/entry.ts";
import type { Project } from "../project/project.ts";

/** Whether the workspace contains a vault with its snapshots, including one that is no longer in use. */
export async function hasVault(project: Project): Promise<boolean> {
  const inside = project.vault?.readWrite.startsWith(`${project.path}/vault/`) ?? false;
  if (inside && !project.exists) return true;
  if (await entryKind(project.path, "vault") !== "folder") return false;
  return inside || await entryKind(`${project.path}/vault`, ".versions") === "folder";
}

/** As {@link hasVault}, for a box that only works in the project's folder: it makes no project of a folder that is none. */
export async function hasVaultAlready(project: Project): Promise<boolean> {
  return await hasVault(project.exists ? project : { ...project, exists: true, vault: undefined });
}
