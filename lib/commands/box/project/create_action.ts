/**
 * Makes a project.
 *
 * @module
 */

import { create as createProject } from "../../../app/project/create.ts";
import { note, out, warn } from "../../../host/ui/terminal.ts";
import { qualifiedName } from "../../../project/project.ts";
import type { Context } from "../../context.ts";
import type { CreateFlags } from "./create.ts";

/** Runs `kanibako create`. */
export default async function create(this: Context, flags: CreateFlags, path?: string): Promise<void> {
  const made = await createProject(await this.host(), { ...flags, path, cwd: this.cwd });
  out(`Created ${made.project.mode} project in ${made.project.path}`);
  note(`Project name: ${qualifiedName(made.project)}`);
  if (made.vaultHint !== undefined) warn(made.vaultHint);
  if (made.orphanHint !== undefined) note(made.orphanHint);
}
