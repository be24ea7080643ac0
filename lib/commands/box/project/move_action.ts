/**
 * Moves a project.
 *
 * @module
 */

import { out } from "../../../host/ui/terminal.ts";
import { locateProject } from "../../../project/locate.ts";
import { planMove } from "../../../project/move.ts";
import { qualifiedName } from "../../../project/project.ts";
import { folderMeant } from "../../../project/relocate/destination.ts";
import type { Context } from "../../context.ts";
import { type ChangeFlags, makeChange, showLeft } from "./make_change.ts";

/** Runs `kanibako box move [project] <dest>`. */
export default async function move(
  this: Context,
  flags: ChangeFlags,
  first: string,
  second?: string,
): Promise<void> {
  const host = await this.host();
  const [word, dest] = second === undefined ? [undefined, first] : [first, second];
  const project = await locateProject(host, word, this.cwd);
  const name = qualifiedName(project);
  const path = await folderMeant(dest, this.cwd);
  const report = await makeChange(host, flags, {
    name,
    plan: async () => await planMove(host, await locateProject(host, project.path, "/"), dest, this.cwd),
    explain: () => [`This moves the project ${name}:`, `  from ${project.path}`, `  to   ${path}`],
  });
  if (!report) return;
  out(`Moved ${name} to ${path}.`);
  showLeft(report);
}
