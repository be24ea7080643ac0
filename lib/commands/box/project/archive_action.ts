/**
 * Archives one project, or all of them.
 *
 * @module
 */

import {
  archiveAll,
  type Archived,
  type ArchiveOptions,
  archiveProject,
} from "../../../app/project/archive.ts";
import { UsageError } from "../../../host/error.ts";
import { formatBytes } from "../../../host/size.ts";
import { note, out } from "../../../host/ui/terminal.ts";
import { type ArchivePlan, showArchive } from "../../../project/archive/plan.ts";
import { qualifiedName } from "../../../project/project.ts";
import type { Context } from "../../context.ts";
import type { ArchiveFlags } from "./archive.ts";
import { PLANNED } from "./show_change.ts";

/** How many of what was left out are named. */
const SHOWN = 10;

/** Runs `kanibako box archive`. */
export default async function archive(
  this: Context,
  flags: ArchiveFlags,
  word?: string,
  file?: string,
): Promise<number | void> {
  const host = await this.host();
  const { cwd } = this;
  const options = optionsOf(flags);
  if (!flags.all) {
    await archiveProject(host, { word, file, cwd }, options);
    if (flags.plan) note(PLANNED);
    return;
  }
  if (file !== undefined) {
    throw new UsageError("With --all, give at most one argument: the folder for the archives.");
  }
  const { total, failed } = await archiveAll(host, { folder: word, cwd }, options);
  if (total === 0) out("No known projects.");
  else if (flags.plan) note(PLANNED);
  else out(`Archived ${total - failed.length} of ${total} projects.`);
  if (failed.length > 0) note(`Not archived: ${failed.join(", ")}`);
  return failed.length > 0 ? 1 : 0;
}

function optionsOf(flags: ArchiveFlags): ArchiveOptions {
  return {
    ...flags,
    as: flags.asStandalone ? "standalone" : flags.asLocal ? "default" : undefined,
    compression: flags.zstd ? "zst" : flags.xz ? "xz" : undefined,
    ...(flags.plan ? { onPlan: show } : {}),
    onDone: tell,
  };
}

function show(plan: ArchivePlan): void {
  for (const line of showArchive(plan)) out(line);
}

function tell({ plan, report }: Archived): void {
  out(`Archived ${qualifiedName(plan.project)} to ${plan.file} (${formatBytes(report.archiveBytes)})`);
  if (report.isLarge) note("It is larger than extract accepts by default. To extract it, use --any-size.");
  list("Left out secrets", report.secrets);
  list(
    "Left out special files",
    report.skipped.map(({ path, kind }) => `${path} (${kind})`),
    report.skippedCount,
  );
  list("Changed while being read", report.changed);
}

function list(what: string, paths: readonly string[], count = paths.length): void {
  if (count === 0) return;
  const more = count > SHOWN ? ` and ${count - SHOWN} more` : "";
  note(`${what}: ${paths.slice(0, SHOWN).join(", ")}${more}`);
}
