/**
 * Changes a project's mode, or finds one again whose folder was moved.
 *
 * @module
 */

import { convertProject, remapProject, renameProject } from "../../../app/project/migrate.ts";
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
  const isRename = isRemap && path === undefined && name !== undefined;
  if (isRemap && (inPlace || !isRename && (project === undefined || path === undefined))) {
    throw new UsageError(
      "Give a project and its new folder, a new name with --name, or a new mode with --to.",
    );
  }
  const host = await this.host();
  const changed = isRename
    ? await renameProject(host, { project, cwd, name }, flags)
    : isRemap
    ? await remapProject(host, { project: project!, path: path!, cwd, name }, flags)
    : await convertProject(host, { project, cwd, mode, workset, name, path, inPlace }, flags);
  const report = reportOf(changed);
  if (!report) return;
  out(isRename ? `Renamed to ${name}.` : `Migrated ${changed.change.about}.`);
  showLeft(report);
}
