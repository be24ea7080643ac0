/**
 * Forgets a project, and deletes its data when asked to.
 *
 * @module
 */

import { findRemoval } from "../../../project/remove.ts";
import type { Context } from "../../context.ts";
import { removeBox } from "./remove_box.ts";
import type { RmFlags } from "./rm.ts";

/** Runs `kanibako rm`. */
export default async function rm(this: Context, flags: RmFlags, target: string): Promise<void> {
  const host = await this.host();
  await removeBox(host, await findRemoval(host, target, this.cwd), flags);
}
