/**
 * Copies a project.
 *
 * @module
 */

import { duplicateProject } from "../../../app/project/duplicate.ts";
import { note, out } from "../../../host/ui/terminal.ts";
import type { Context } from "../../context.ts";
import type { DuplicateFlags } from "./move.ts";
import { reportOf, showLeft } from "./show_change.ts";

/** Runs `kanibako box duplicate`. */
export default async function duplicate(
  this: Context,
  flags: DuplicateFlags,
  source: string,
  dest?: string,
): Promise<void> {
  const copied = await duplicateProject(await this.host(), { ...flags, source, dest, cwd: this.cwd }, flags);
  const report = reportOf(copied);
  if (!report) return;
  out(`Copied ${copied.change.about}.`);
  if (copied.needsLogin) {
    note("The original's own login was not copied. The copy asks for a login.");
  }
  showLeft(report);
}
