/**
 * The folder that a helper works in, made of its parent's.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { exists } from "../../host/path.ts";
import { groupOf, helperFolders, helpersRoot } from "../../hub/folders.ts";
import { hasVault } from "../../plan/own_vault.ts";
import { isWithin } from "../../project/layout.ts";
import { hiddenBelow } from "../../project/nested/nested.ts";
import type { Project } from "../../project/project.ts";
import type { FoundHelper } from "./find_helper.ts";

/** The folder in which it works: its own, or where it only looks on, its parent's. */
export function workspaceOf(host: Host, found: FoundHelper): string {
  const { group, helper } = found;
  return helper.workspace === "shared-ro"
    ? parentWorkspace(host, found)
    : helperFolders(group, helper.number).workspace;
}

/** Makes it, unless it is there: one that is started again goes on in its own. */
export async function makeHelperWorkspace(host: Host, found: FoundHelper): Promise<void> {
  const { director, group, helper: { number, parent, workspace: kind } } = found;
  const { workspace, fork } = helperFolders(group, number);
  if (kind === "shared-ro" || exists(workspace)) return;
  const { makeWorkspace } = await import("../../hub/work/workspace.ts");
  await makeWorkspace({
    kind,
    from: parentWorkspace(host, found),
    to: workspace,
    record: fork,
    exclude: parent === 0 && kind !== "empty" ? await leftOutOf(host, director) : [],
    number,
  });
}

function parentWorkspace(
  host: Host,
  { director, helpers, helper: { parent } }: FoundHelper,
): string {
  if (parent === 0) return director.path;
  const above = helpers.find(({ number }) => number === parent);
  const group = groupOf(helpersRoot(host.dirs, director.id), helpers, parent);
  // A parent that only looks on at its own parent's folder has that one.
  return above?.workspace === "shared-ro"
    ? parentWorkspace(host, { director, helpers, helper: above } as FoundHelper)
    : helperFolders(group, parent).workspace;
}

/** What lies in a project's folder and is not for its own box: its settings, home and vault, and those of projects in it. */
async function leftOutOf(host: Host, project: Project): Promise<readonly string[]> {
  const own = [project.metadata, project.home].filter((path) =>
    path !== project.path && isWithin(path, project.path)
  )
    .map((path) => path.slice(project.path.length + 1));
  const vault = await hasVault(project) ? ["vault"] : [];
  return [...new Set([...own, ...vault, ...await hiddenBelow(host, project.path)])];
}
