/**
 * Removes old snapshots.
 *
 * @module
 */

import { pruneSnapshots } from "../../../app/vault/prune.ts";
import { UsageError } from "../../../host/error.ts";
import { json, note, out } from "../../../host/ui/terminal.ts";
import { count } from "../../../host/ui/text.ts";
import type { Context } from "../../context.ts";
import type { PruneFlags } from "./vault.ts";

/** Runs `kanibako box vault prune`. */
export default async function prune(this: Context, flags: PruneFlags, word?: string): Promise<void> {
  const { removed, total } = await pruneSnapshots(await this.host(), word, this.cwd, {
    ...flags,
    keep: number("--keep", flags.keep),
    keepDaily: number("--keep-daily", flags.keepDaily),
    keepWeekly: number("--keep-weekly", flags.keepWeekly),
  });
  const kept = total - removed.length;
  if (flags.json) return json({ removed, kept, dry_run: flags.dryRun });
  if (flags.quiet) return removed.forEach((name) => out(name));
  if (removed.length === 0) return out("Nothing to prune.");
  if (flags.dryRun) {
    for (const name of removed) out(name);
    return note(`Would remove ${removed.length} of ${total}.`);
  }
  out(`Removed ${count(removed.length, "snapshot")}, kept ${kept}.`);
}

function number(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,6}$/.test(value)) return Number(value);
  throw new UsageError(`Option ${option} cannot be "${value}"; it is a whole number.`);
}
