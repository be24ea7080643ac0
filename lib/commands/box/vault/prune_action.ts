/**
 * Removes old snapshots.
 *
 * @module
 */

import type { Host } from "../../../config/system.ts";
import { Aborted, UsageError } from "../../../host/error.ts";
import { confirm } from "../../../host/ui/prompt.ts";
import { json, note, out } from "../../../host/ui/terminal.ts";
import { count } from "../../../host/ui/text.ts";
import type { Project } from "../../../project/project.ts";
import { aged } from "../../../vault/snapshot/before_launch.ts";
import { isTimeName } from "../../../vault/names.ts";
import {
  listSnapshots,
  openVault,
  removeSnapshot,
  type Snapshot,
  sweepVault,
  type Vault,
} from "../../../vault/store.ts";
import { type Keep, thinned } from "../../../vault/prune/retention.ts";
import type { Context } from "../../context.ts";
import { throughEngine, vaultProject, vaultSettings } from "./open.ts";
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
  // Asked without the vault's lock: whoever thinks it over keeps no box from starting.
  const { gone: asked, count: total } = await look(host, project, (vault) => choose(vault, keep, flags));
  if (!flags.dryRun && asked.length > 0 && !flags.force) {
    for (const { name } of asked) note(`  ${name}`);
    note(`${asked.length} of ${count(total, "snapshot")} of ${project.name} will be removed for good.`);
    if (!await confirm("Go on?")) throw new Aborted();
  }
  const gone = flags.dryRun ? asked.map(({ name }) => name) : await remove(host, project, async (vault) => {
    const now = await choose(vault, keep, flags);
    // What was agreed to, as far as it would still go.
    return now.gone.filter(({ name, id }) => asked.some((one) => one.name === name && one.id === id));
  });
  if (flags.json) return json({ removed: gone, kept: total - gone.length, dry_run: flags.dryRun });
  if (flags.quiet) return gone.forEach((name) => out(name));
  if (gone.length === 0) return out("Nothing to prune.");
  if (flags.dryRun) {
    for (const name of gone) out(name);
    return note(`Would remove ${gone.length} of ${total}.`);
  }
  out(`Removed ${count(gone.length, "snapshot")}, kept ${total - gone.length}.`);
}

/** One that goes. Without an id: it has lost its record. */
interface Going {
  readonly name: string;
  readonly id: string | undefined;
}

/** Those that go, and of how many. */
async function choose(
  vault: Vault,
  keep: Keep,
  flags: PruneFlags,
): Promise<{ readonly gone: readonly Going[]; readonly count: number }> {
  const { all: taken, brought, damaged } = await listSnapshots(vault);
  if (flags.damaged) {
    const count = taken.length + brought.length + damaged.length;
    return { gone: damaged.map((name) => ({ name, id: undefined })), count };
  }
  const ids = new Map([...brought, ...taken].map(({ name, record }) => [name, record.id]));
  // By hand, a time to come is no reason to stay.
  const thin = (from: readonly Snapshot[]) => thinned(from.map(aged), keep, Infinity);
  // Those that came from elsewhere take no place of one of ours, whatever time they claim.
  const names = flags.all ? [...thin(brought), ...thin(taken)] : thin(taken.filter((one) => !isNamed(one)));
  return { gone: names.map((name) => ({ name, id: ids.get(name) })), count: ids.size };
}

async function look<T>(host: Host, project: Project, use: (vault: Vault) => Promise<T>): Promise<T> {
  using vault = await openVault(host, project, "look");
  return await use(vault);
}

/** Removes what is chosen when the vault is ours. Names of those removed. */
async function remove(
  host: Host,
  project: Project,
  choose: (vault: Vault) => Promise<readonly Going[]>,
): Promise<readonly string[]> {
  using vault = await openVault(host, project);
  vault.remover = throughEngine(host);
  await sweepVault(vault);
  const names = (await choose(vault)).map(({ name }) => name);
  let isFree = true;
  for (const name of names) isFree = await removeSnapshot(vault, name) && isFree;
  if (!isFree) {
    note("Somebody reads this vault now: the room becomes free with the next call that changes it.");
  }
  return names;
}

/** Whether a person gave it a name: then it is more than one of many. */
function isNamed({ name, record }: Snapshot): boolean {
  return !record.auto && !isTimeName(name);
}

function number(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,6}$/.test(value)) return Number(value);
  throw new UsageError(`Option ${option} cannot be "${value}"; it is a whole number.`);
}
