/**
 * Changes of projects, as their commands show them.
 *
 * @module
 */

import type { RuntimeKind } from "../../../runtime/kinds.ts";
import type { ChangeResult } from "../../../app/project/make_change.ts";
import { note, out, warn } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { type ChangeReport, showChange } from "../../../project/change/change.ts";

/** What is said below every plan. */
export const PLANNED = "This is only a plan; nothing was changed.";

/** What every command that moves projects about can be asked for. */
export interface ChangeFlags {
  /** Only show what would be done. */
  readonly plan: boolean;
  /** Do not ask, and stop what runs. */
  readonly force: boolean;
  readonly engine?: RuntimeKind;
}

/** The report of a change; `undefined` for one that was only worked out, which is shown instead. */
export function reportOf({ change, report }: ChangeResult): ChangeReport | undefined {
  if (report) return report;
  for (const line of showChange(change)) out(line);
  note(PLANNED);
  return undefined;
}

/** Says what could not be deleted, and what helps. */
export function showLeft({ left }: Pick<ChangeReport, "left">): void {
  for (const { path, error } of left) {
    warn(`Could not delete ${shellQuote(path)}: ${error.message}`);
    for (const hint of error.hints) note(`  ${hint}`);
  }
}
