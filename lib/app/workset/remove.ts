/**
 * Forgets a workset, and deletes its data when asked to.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import type { WorksetPlace } from "../../project/project.ts";
import { findWorkset } from "../../project/workset/find.ts";
import { planWorksetRemoval, type WorksetRemoval } from "../../project/workset/remove.ts";
import { type ChangeOptions, type ChangeResult, makeChange } from "../project/make_change.ts";

/** How a workset is removed. */
export interface RemoveWorksetOptions extends Omit<ChangeOptions, "plan"> {
  /** Its data goes too: its boxes, its vaults and its workspaces. */
  readonly purge?: boolean;
}

/** What came of it. */
export interface RemovedWorkset extends ChangeResult {
  readonly workset: WorksetPlace;
}

/**
 * Forgets a workset. `force`: also one that has projects, without asking. Throws `has-projects`, and as {@link makeChange}.
 */
export async function removeWorkset(
  host: Host,
  word: string,
  cwd: string,
  options: RemoveWorksetOptions = {},
): Promise<RemovedWorkset> {
  const how = { purge: options.purge ?? false, force: options.force ?? false };
  const workset = await findWorkset(host, word, cwd);
  const removal = await planWorksetRemoval(host, workset, how);
  const { name, root } = workset;
  const count = removal.members.length;
  if (count > 0 && !how.force) {
    throw new KanibakoError(
      "has-projects",
      `Cannot remove the workset ${name}: it has ${count === 1 ? "a project" : `${count} projects`}.`,
      {
        hint: [
          `Disconnect them first: kanibako workset disconnect ${name} ${removal.members[0]!.name}`,
          "Or add --force to forget them, too",
        ],
      },
    );
  }
  const result = await makeChange(host, { ...options, plan: false }, {
    name,
    plan: async () => (await planWorksetRemoval(host, workset, how)).change,
    explain: () => explanation(removal, how.purge),
  });
  return { ...result, workset: { name, root } };
}

function explanation({ workset, lost, data }: WorksetRemoval, purge: boolean): string[] {
  return [
    `This removes the workset ${workset.name} (${workset.root}) from the registry.`,
    ...(purge
      ? ["It deletes its boxes' homes and settings, its vaults and its workspaces:"]
      : ["Its folder is kept."]),
    ...data.map((path) => `  ${path}`),
    ...(lost.length === 0 ? [] : ["This includes the only copy of these projects' files:"]),
    ...lost.map((path) => `  ${path}`),
  ];
}
