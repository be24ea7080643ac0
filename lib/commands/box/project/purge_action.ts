/**
 * Deletes the data of one box, or of all.
 *
 * @module
 */

import { purgeAll, removeProject } from "../../../app/project/remove.ts";
import { UsageError } from "../../../host/error.ts";
import { note, out } from "../../../host/ui/terminal.ts";
import type { Context } from "../../context.ts";
import type { PurgeFlags } from "./move.ts";
import { showRemoval } from "./show_removal.ts";

/** Runs `kanibako box purge [project] [--all]`. */
export default async function purge(this: Context, flags: PurgeFlags, word?: string): Promise<number> {
  const host = await this.host();
  if (!flags.all) {
    showRemoval(await removeProject(host, word, this.cwd, { ...flags, purge: true }), true);
    return 0;
  }
  if (word !== undefined) throw new UsageError("Use either a project or --all.");
  const { total, removed } = await purgeAll(host, flags, (one) => showRemoval(one, true));
  if (total === 0) out("There are no boxes.");
  else if (!flags.plan) note(`Purged ${removed.length} of ${total}.`);
  return removed.length === total ? 0 : 1;
}
