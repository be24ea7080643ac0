/**
 * Forgets a project, and deletes its data when asked to.
 *
 * @module
 */

import { removeProject } from "../../../app/project/remove.ts";
import type { Context } from "../../context.ts";
import type { RmFlags } from "./rm.ts";
import { showRemoval } from "./show_removal.ts";

/** Runs `kanibako rm`. */
export default async function rm(this: Context, flags: RmFlags, target: string): Promise<void> {
  showRemoval(await removeProject(await this.host(), target, this.cwd, flags), flags.purge);
}
