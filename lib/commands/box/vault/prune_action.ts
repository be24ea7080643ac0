/**
 * Removes old snapshots.
 *
 * @module
 */

import { Aborted, UsageError } from "../../../host/error.ts";
import { confirm } from "../../../host/prompt.ts";
import { json, note, out } from "../../../host/terminal.ts";
import { timeOfName } from "../../../vault/names.ts";
import { listSnapshots, openVault, removeSnapshot, type Snapshot, sweepVault } from "../../../vault/store.ts";
import { thin } from "../../../vault/thin.ts";
import type { Context } from "../../context.ts";
import { vaultProject, vaultSettings } from "./open.ts";
import type { PruneFlags } from "./vault.ts";

/** Runs `kanibako box vault prune`. */
export default async function prune(this: Context, flags: PruneFlags, word?: string): Promise<void> {
  const host = await this.host();
  const project = await vaultProject(host, word, this.cwd);
  const settings = await vaultSettings(host, project);
  const classes = flags.keep === undefined && flags.keepDaily === undefined && flags.keepWeekly === undefined;
  const keep = {
    newest: number("--keep", flags.keep) ?? (classes ? settings.keep.value : 0),
    hourly: 0,
    daily: number("--keep-daily", flags.keepDaily) ?? (classes ? settings.keepDaily.value : 0),
    weekly: number("--keep-weekly", flags.keepWeekly) ?? (classes ? settings.keepWeekly.value : 0),
  };
  using vault = await openVault(host, project);
  await sweepVault(vault);
  const { all } = await listSnapshots(vault);
  const considered = flags.all ? all : all.filter((one) => !isNamed(one));
  const gone = thin(considered.map(({ name, record }) => ({ name, takenAt: record.takenAt })), keep);
  if (!flags.dryRun && gone.length > 0 && !flags.force) {
    for (const name of gone) note(`  ${name}`);
    note(`${gone.length} of ${all.length} snapshots of ${project.name} will be removed for good.`);
    if (!await confirm("Go on?")) throw new Aborted();
  }
  if (!flags.dryRun) { for (const name of gone) await removeSnapshot(vault, name); }
  if (flags.json) return json({ removed: gone, kept: all.length - gone.length, dry_run: flags.dryRun });
  if (flags.quiet) return gone.forEach((name) => out(name));
  if (gone.length === 0) return out("Nothing to prune.");
  if (flags.dryRun) {
    for (const name of gone) out(name);
    return note(`Would remove ${gone.length} of ${all.length}.`);
  }
  out(
    `Removed ${gone.length} ${gone.length === 1 ? "snapshot" : "snapshots"}, kept ${
      all.length - gone.length
    }.`,
  );
}

/** Whether a person gave it a name: then it is more than one of many. */
function isNamed({ name, record }: Snapshot): boolean {
  return !record.auto && timeOfName(name) === undefined;
}

function number(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,6}$/.test(value)) return Number(value);
  throw new UsageError(`Option ${option} cannot be "${value}"; it is a whole number.`);
}
