/**
 * Copies a project.
 *
 * @module
 */

import { note, out } from "../../../host/ui/terminal.ts";
import type { Change } from "../../../project/change/change.ts";
import { planDuplicate } from "../../../project/duplicate.ts";
import { locateProject } from "../../../project/locate.ts";
import { qualifiedName } from "../../../project/project.ts";
import type { Context } from "../../context.ts";
import { makeChange, showLeft } from "./make_change.ts";
import { modeOf, worksetOf } from "./modes.ts";
import type { DuplicateFlags } from "./move.ts";

/** Runs `kanibako box duplicate`. */
export default async function duplicate(
  this: Context,
  flags: DuplicateFlags,
  source: string,
  dest?: string,
): Promise<void> {
  const host = await this.host();
  const project = await locateProject(host, source, this.cwd);
  const mode = modeOf(flags.to, flags.workset);
  const workset = await worksetOf(
    host,
    mode,
    flags.workset ?? sameWorkset(mode, project.workset?.name),
    this.cwd,
  );
  let change: Change | undefined;
  const report = await makeChange(host, flags, {
    name: qualifiedName(project),
    plan: async () =>
      change = await planDuplicate(host, await locateProject(host, project.path, "/"), {
        cwd: this.cwd,
        bare: flags.bare,
        withCredentials: flags.withCredentials,
        ...(dest === undefined ? {} : { path: dest }),
        ...(mode === undefined ? {} : { mode }),
        ...(workset === undefined ? {} : { workset }),
        ...(flags.name === undefined ? {} : { name: flags.name }),
      }),
    explain: (
      { about },
    ) => [`This copies the project ${about}.`, `The original stays as it is: ${project.path}`],
  });
  if (!report || !change) return;
  out(`Copied ${change.about}.`);
  if (!project.sharedAuth && !flags.withCredentials) {
    note("The login of the original is its own and was left out: the copy asks for one.");
  }
  showLeft(report);
}

/** A copy of a workset's project is one of the same workset unless something else is said. */
function sameWorkset(mode: string | undefined, name: string | undefined): string | undefined {
  return mode === undefined || mode === "workset" ? name : undefined;
}
