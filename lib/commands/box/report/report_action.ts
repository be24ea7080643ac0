/**
 * Shows what a box's sessions left that the user's machine will run.
 *
 * @module
 */

import { boxReport as reportOf, type ShownFinding } from "../../../app/project/report.ts";
import type { QuarantinedThing } from "../../../app/project/quarantine.ts";
import { cyan, green, json, note, out, type Part, red } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { qualifiedName } from "../../../project/project.ts";
import type { Context } from "../../context.ts";
import { boundsLine, reportLine, timeOf } from "../../report_lines.ts";
import type { BoxReportFlags } from "./report.ts";

/** As many lines of one comparison are shown; the rest is in the file. */
const DIFF_LINES = 200;
/** As many things of the quarantine are listed, the latest. */
const QUARANTINED = 20;

/** Runs `kanibako box report`. */
export default async function boxReport(this: Context, flags: BoxReportFlags, word?: string): Promise<void> {
  const report = await reportOf(await this.host(), word, this.cwd, flags);
  const { project, since, findings, bounds, quarantined, looks } = report;
  const name = qualifiedName(project);
  if (flags.json) return json({ name, path: project.path, since, findings, bounds, quarantined, looks });
  for (const finding of findings) {
    out(reportLine(finding));
    if (flags.diff) showDiff(finding);
  }
  if (bounds.length > 0) out(`${boundsLine(bounds)}.`);
  showQuarantined(quarantined, name);
  const from = `${since.when === "start" ? "the session of " : ""}${timeOf(since.atMs)}`;
  if (findings.length === 0 && bounds.length === 0) {
    return out(`Nothing that your machine runs has changed in ${name} since ${from}.`);
  }
  note(
    `Since ${from}.${
      flags.diff ? "" : ` To see the changes: kanibako box report --diff ${shellQuote(name)}`
    }`,
  );
}

/** Lists what was moved away, and offers it back. */
function showQuarantined(things: readonly QuarantinedThing[], name: string): void {
  for (const { path, what, reason } of things.slice(-QUARANTINED)) {
    out(`${shellQuote(path)} in the quarantine: ${what}, ${reason}`);
  }
  if (things.length > QUARANTINED) out(`and ${things.length - QUARANTINED} more in the quarantine`);
  if (things.length > 0) {
    note(`To get one back: kanibako box quarantine restore PATH --project ${shellQuote(name)}`);
  }
}

function showDiff({ diff, noDiff }: ShownFinding): void {
  if (noDiff !== undefined) return out(`    (${noDiff})`);
  if (!diff) return;
  for (const line of diff.slice(0, DIFF_LINES)) out("    ", coloured(line));
  if (diff.length > DIFF_LINES) out(`    (${diff.length - DIFF_LINES} more lines)`);
}

function coloured(line: string): Part {
  if (/^(---|\+\+\+) /.test(line)) return line;
  if (line.startsWith("@@")) return cyan(line);
  return line.startsWith("+") ? green(line) : line.startsWith("-") ? red(line) : line;
}
