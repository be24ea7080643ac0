/**
 * Forgets a project, and deletes its data when asked to.
 *
 * @module
 */

import { removeProject } from "../../../app/project/remove.ts";
import { mayBeKept } from "../../../session/may_be_kept.ts";
import type { Context } from "../../context.ts";
import type { RmFlags } from "./rm.ts";
import { showRemoval } from "./show_removal.ts";

/** Runs `kanibako rm`. */
export default async function rm(this: Context, flags: RmFlags, target: string): Promise<void> {
  const host = await this.host();
  if (mayBeKept(host, target)) {
    const { keptBoxOf } = await import("../../../app/run/kept.ts");
    const kept = await keptBoxOf(host, target, this.cwd);
    if (kept) return await (await import("./rm_kept.ts")).rmKept(host, kept, flags);
  }
  showRemoval(await removeProject(host, target, this.cwd, flags), flags.purge);
}
