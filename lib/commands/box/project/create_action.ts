/**
 * Makes a project.
 *
 * @module
 */

import { create as createProject, type Created } from "../../../app/project/create.ts";
import { KanibakoError } from "../../../host/error.ts";
import { note, out, warn } from "../../../host/ui/terminal.ts";
import { qualifiedName } from "../../../project/project.ts";
import type { Context } from "../../context.ts";
import type { CreateFlags } from "./create.ts";

/** Runs `kanibako create`. */
export default async function create(this: Context, flags: CreateFlags, path?: string): Promise<void> {
  const host = await this.host();
  let made: Created;
  try {
    made = await createProject(host, { ...flags, path, cwd: this.cwd });
  } catch (error) {
    const exists = error instanceof KanibakoError && error.code === "already-a-project";
    if (!exists || !flags.ifMissing) throw error;
    out(`Already a project: ${path ?? this.cwd}`);
    return;
  }
  out(`Created ${made.project.mode} project in ${made.project.path}`);
  note(`Project name: ${qualifiedName(made.project)}`);
  for (const text of made.exposures) warn(text);
  if (made.vaultHint !== undefined) warn(made.vaultHint);
  if (made.orphanHint !== undefined) note(made.orphanHint);
}
