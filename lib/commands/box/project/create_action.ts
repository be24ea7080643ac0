/**
 * Makes a project.
 *
 * @module
 */

import { note, out, warn } from "../../../host/ui/terminal.ts";
import { createProject } from "../../../project/create.ts";
import { qualifiedParts } from "../../../project/locate.ts";
import { qualifiedName } from "../../../project/project.ts";
import { readRegistry } from "../../../project/registry.ts";
import { vaultHint } from "../../../project/vault_folders.ts";
import { workspacesFolder } from "../../../project/workset/members.ts";
import type { Host } from "../../../config/system.ts";
import { orphanHint } from "../../../project/list.ts";
import type { Context } from "../../context.ts";
import type { CreateFlags } from "./create.ts";

/** Runs `kanibako create`. */
export default async function create(this: Context, flags: CreateFlags, path?: string): Promise<void> {
  const host = await this.host();
  const project = await createProject(host, {
    path: await newPlace(host, path, this.cwd) ?? path ?? this.cwd,
    cwd: this.cwd,
    ...(flags.standalone ? { mode: "standalone" } : {}),
    ...(flags.name === undefined ? {} : { name: flags.name }),
    ...(flags.image === undefined ? {} : { image: flags.image }),
    ...(flags.noVault ? { vault: false } : {}),
    distinctAuth: flags.distinctAuth,
    allowHome: flags.allowHome,
  });
  out(`Created ${project.mode} project in ${project.path}`);
  note(`Project name: ${qualifiedName(project)}`);
  const hidden = await vaultHint(project);
  if (hidden !== undefined) warn(hidden);
  const orphans = await orphanHint(host);
  if (orphans !== undefined) note(orphans);
}

/** The folder that `workset/name` means, where there is no folder of that name here. */
async function newPlace(host: Host, word: string | undefined, cwd: string): Promise<string | undefined> {
  if (word === undefined || word.startsWith("/")) return undefined;
  const registry = await readRegistry(host);
  const parts = await qualifiedParts(registry, word, `${cwd}/${word}`);
  const root = parts && registry.worksets[parts.workset];
  if (root === undefined) return undefined;
  // Another folder called as the workset is means what it says.
  const folder = await Deno.realPath(`${cwd}/${parts!.workset}`).catch(() => undefined);
  return folder === undefined || folder === root ? `${workspacesFolder(root)}/${parts!.name}` : undefined;
}
