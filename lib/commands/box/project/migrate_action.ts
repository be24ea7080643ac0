/**
 * Changes a project's mode, or finds one again whose folder was moved.
 *
 * @module
 */

import { convertProject, remapProject } from "../../../app/project/migrate.ts";
import { modeOf } from "../../../app/project/modes.ts";
import { UsageError } from "../../../host/error.ts";
import { out } from "../../../host/ui/terminal.ts";
import type { Context } from "../../context.ts";
import type { MigrateFlags } from "./move.ts";
import { reportOf, showLeft } from "./show_change.ts";

/** Runs `kanibako box migrate`. */
export default async function migrate(
  this: Context,
  flags: MigrateFlags,
  project?: string,
  path?: string,
): Promise<void> {
  const { cwd } = this;
  const { name, workset, inPlace } = flags;
  const mode = modeOf(flags.to, workset);
  const isRemap = mode === undefined;
  if (isRemap && (project === undefined || path === undefined || inPlace)) {
    throw new UsageError("Give a project and its new folder, or a new mode with --to.");
  }
  const host = await this.host();
  const changed = isRemap
    ? await remapProject(host, { project: project!, path: path!, cwd, name }, flags)
    : await convertProject(host, { project, cwd, mode, workset, name, path, inPlace }, flags);
  const report = reportOf(changed);
  if (!report) return;
  out(`Migrated ${changed.change.about}.`);
  showLeft(report);
}
