/**
 * Makes a project.
 *
 * @module
 */

import { note, out } from "../../host/terminal.ts";
import { createProject } from "../../project/create.ts";
import { orphanHint } from "../../project/list.ts";
import type { Context } from "../context.ts";
import type { CreateFlags } from "./create.ts";

/** Runs `kanibako create`. */
export default async function create(this: Context, flags: CreateFlags, path?: string): Promise<void> {
  const host = await this.host();
  const project = await createProject(host, {
    path: path ?? this.cwd,
    cwd: this.cwd,
    mode: flags.standalone ? "standalone" : "default",
    ...(flags.name === undefined ? {} : { name: flags.name }),
    ...(flags.image === undefined ? {} : { image: flags.image }),
    ...(flags.noVault ? { vault: false } : {}),
    distinctAuth: flags.distinctAuth,
    allowHome: flags.allowHome,
  });
  out(`Created ${project.mode} project in ${project.path}`);
  note(`Project name: ${project.name}`);
  const orphans = await orphanHint(host);
  if (orphans !== undefined) note(orphans);
}
