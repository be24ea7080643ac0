/**
 * What all use cases of the vault begin with.
 *
 * @module
 */

import { resolveSettings } from "../../config/resolve.ts";
import type { VaultSettings } from "../../config/settings.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { locateProject } from "../../project/locate.ts";
import type { Project } from "../../project/project.ts";
import type { TreeRemover } from "../../vault/prune/discard.ts";
import { type Access, openVault, type Vault } from "../../vault/store.ts";

/** The project meant. Throws `unknown-project` when it was never made. */
export async function vaultProject(host: Host, word: string | undefined, cwd: string): Promise<Project> {
  const project = await locateProject(host, word, cwd);
  if (project.exists) return project;
  throw new KanibakoError("unknown-project", `There is no project in ${shellQuote(project.path)}.`, {
    hint: `To create one: kanibako create ${shellQuote(project.path)}`,
  });
}

/** Opens the vault of the project meant. */
export async function openProjectVault(
  host: Host,
  word: string | undefined,
  cwd: string,
  access: Access = "change",
): Promise<Vault> {
  return await openVault(host, await vaultProject(host, word, cwd), access);
}

/** How a project's snapshots are to be made. */
export async function vaultSettings(host: Host, project: Project): Promise<VaultSettings> {
  return (await resolveSettings(host, project, undefined, {})).vault;
}

/** Removes what belongs to other users of a box, through the engine, which is asked for only then. */
export function throughEngine(host: Host, engineName?: string): TreeRemover {
  return async (path) => {
    const { boxTreeRemover } = await import("../project/remove_as_box_user.ts");
    await boxTreeRemover(host, engineName)(path);
  };
}
