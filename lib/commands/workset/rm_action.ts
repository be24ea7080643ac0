/**
 * Forgets a workset, and deletes its data when asked to.
 *
 * @module
 */

import { removeWorkset } from "../../app/workset/remove.ts";
import { note, out } from "../../host/ui/terminal.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { reportOf, showLeft } from "../box/project/show_change.ts";
import type { Context } from "../context.ts";
import type { WorksetRmFlags } from "./workset.ts";

/** Runs `kanibako workset rm`. */
export default async function worksetRm(this: Context, flags: WorksetRmFlags, word: string): Promise<void> {
  const removed = await removeWorkset(await this.host(), word, this.cwd, flags);
  const report = reportOf(removed);
  if (!report) return;
  const { name, root } = removed.workset;
  out(`Removed the workset ${name} (${root}) from the registry.`);
  showLeft(report);
  if (!flags.purge) {
    note(`Its folder is kept: ${root}`);
    note(`To register it again: kanibako workset create --existing ${shellQuote(root)}`);
  } else if (report.left.length === 0) out("Deleted its data.");
}
