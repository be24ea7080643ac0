/**
 * Brings one project back from an archive, or all that lie here.
 *
 * @module
 */

import {
  extractAll,
  extractArchive,
  type Extracted,
  type ExtractOptions,
  type FoundArchive,
} from "../../../app/project/extract.ts";
import { askedLines } from "../../../app/config/approval_words.ts";
import { UsageError } from "../../../host/error.ts";
import { note, out, table, warn } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import type { ExtractPlan } from "../../../project/archive/extract.ts";
import { showChange } from "../../../project/change/change.ts";
import type { Context } from "../../context.ts";
import type { ExtractFlags } from "./extract.ts";
import { PLANNED, showLeft } from "./show_change.ts";

/** Runs `kanibako box extract`. */
export default async function extract(
  this: Context,
  flags: ExtractFlags,
  file?: string,
  path?: string,
): Promise<number | void> {
  const host = await this.host();
  const { cwd } = this;
  const options: ExtractOptions = { ...flags, onPlan: show, onFound: showFound, onDone: tell };
  if (flags.all) {
    if (path !== undefined) {
      throw new UsageError("With --all, give at most one argument: the folder with the archives.");
    }
    const { found, failed } = await extractAll(host, { folder: file, cwd }, options);
    if (found === 0) out("No archives found.");
    return failed > 0 ? 1 : 0;
  }
  if (file === undefined) {
    throw new UsageError("ARCHIVE is missing: give a file, or --all for every archive here.");
  }
  await extractArchive(host, { file, path, cwd }, options);
  if (flags.plan) note(PLANNED);
}

function showFound(found: readonly FoundArchive[]): void {
  const rows = found.map(({ contents: { file, info }, to }) => [
    info.name,
    info.date.slice(0, 16),
    file.slice(file.lastIndexOf("/") + 1),
    to,
  ]);
  table(["NAME", "DATE", "ARCHIVE", "TO"], rows);
}

function tell({ plan, report, isMoved }: Extracted): void {
  out(`Extracted ${plan.to.name} to ${plan.to.path}`);
  if (plan.aside !== undefined) note(`Existing files were moved to ${plan.aside}`);
  if (isMoved) note(`The current folder was replaced. To enter the new one: cd ${shellQuote(plan.to.path)}`);
  if (report.skipped.length > 0) note(`Left out: not regular files: ${report.skipped.join(", ")}`);
  if (plan.contents.earlier) note("The archive is of an earlier version and has no checksums to verify.");
  if (plan.contents.left?.length) note(`Not taken over from its settings: ${plan.contents.left.join(", ")}`);
  showLeft(report);
  if (plan.unapproved.size > 0) {
    note(`Its settings need your approval: kanibako box approve ${shellQuote(plan.to.path)}`);
  }
}

function show(plan: ExtractPlan): void {
  for (const line of showChange(plan.change)) out(line);
  for (const doubt of plan.doubts) warn(doubt);
  if (plan.unapproved.size === 0) return;
  note("Its settings need your approval:");
  for (const line of askedLines(plan.unapproved)) note(`  ${line}`);
}
