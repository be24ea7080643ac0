/**
 * Moves a project.
 *
 * @module
 */

import { moveProject } from "../../../app/project/move.ts";
import { out } from "../../../host/ui/terminal.ts";
import type { Context } from "../../context.ts";
import { type ChangeFlags, reportOf, showLeft } from "./show_change.ts";

/** Runs `kanibako box move [project] <dest>`. */
export default async function move(
  this: Context,
  flags: ChangeFlags,
  first: string,
  second?: string,
): Promise<void> {
  const [project, dest] = second === undefined ? [undefined, first] : [first, second];
  const moved = await moveProject(await this.host(), { project, dest, cwd: this.cwd }, flags);
  const report = reportOf(moved);
  if (!report) return;
  out(`Moved ${moved.name} to ${moved.path}.`);
  showLeft(report);
}
