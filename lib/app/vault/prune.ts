/**
 * Removes old snapshots.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { Aborted } from "../../host/error.ts";
import { count } from "../../host/ui/text.ts";
import type { Project } from "../../project/project.ts";
import { info } from "../../spec/ui.ts";
import { isTimeName } from "../../vault/names.ts";
import { type Keep, thinned } from "../../vault/prune/retention.ts";
import { aged } from "../../vault/snapshot/before_launch.ts";
import {
  listSnapshots,
  openVault,
  removeSnapshot,
  type Snapshot,
  sweepVault,
  type Vault,
} from "../../vault/store.ts";
import { throughEngine, vaultProject, vaultSettings } from "./open.ts";

/** What is kept. Without any of the numbers, what the settings say. */
export interface PruneOptions {
  readonly keep?: number | undefined;
  readonly keepDaily?: number | undefined;
  readonly keepWeekly?: number | undefined;
  /** Those a person named, and those from elsewhere, may go too. */
  readonly all?: boolean;
  /** Only what is damaged goes. */
  readonly damaged?: boolean;
  /** Removes nothing. */
  readonly dryRun?: boolean;
  /** Does not ask. */
  readonly force?: boolean;
}

/** What was removed, or with `dryRun` would be. */
export interface Pruned {
  /** Their names. */
  readonly removed: readonly string[];
  /** How many there were. */
  readonly total: number;
}

/** Prunes the vault of the project that `word` or the folder `cwd` means. Asks unless `force`; throws `Aborted` for a no. */
export async function pruneSnapshots(
  host: Host,
  word: string | undefined,
  cwd: string,
  options: PruneOptions = {},
): Promise<Pruned> {
  const project = await vaultProject(host, word, cwd);
  const keep = await keepOf(host, project, options);
  // Asked without the vault's lock: whoever thinks it over keeps no box from starting.
  const { gone: asked, total } = await look(host, project, (vault) => choose(vault, keep, options));
  if (options.dryRun) return { removed: asked.map(({ name }) => name), total };
  if (asked.length > 0 && !options.force) {
    const sure = await host.ui.confirm({
      text: "Continue?",
      details: [
        ...asked.map(({ name }) => `  ${name}`),
        `${asked.length} of ${count(total, "snapshot")} of ${project.name} will be deleted permanently.`,
      ],
    });
    if (!sure) throw new Aborted();
  }
  const removed = await remove(host, project, async (vault) => {
    const now = await choose(vault, keep, options);
    // What was agreed to, as far as it would still go.
    return now.gone.filter(({ name, id }) => asked.some((one) => one.name === name && one.id === id));
  });
  return { removed, total };
}

async function keepOf(host: Host, project: Project, options: PruneOptions): Promise<Keep> {
  const settings = await vaultSettings(host, project);
  const { keep, keepDaily, keepWeekly } = options;
  const asConfigured = keep === undefined && keepDaily === undefined && keepWeekly === undefined;
  return {
    newest: keep ?? (asConfigured ? settings.keep.value : 0),
    hourly: 0,
    daily: keepDaily ?? (asConfigured ? settings.keepDaily.value : 0),
    weekly: keepWeekly ?? (asConfigured ? settings.keepWeekly.value : 0),
  };
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
  options: PruneOptions,
): Promise<{ readonly gone: readonly Going[]; readonly total: number }> {
  const { all: taken, brought, damaged } = await listSnapshots(vault);
  if (options.damaged) {
    const total = taken.length + brought.length + damaged.length;
    return { gone: damaged.map((name) => ({ name, id: undefined })), total };
  }
  const ids = new Map([...brought, ...taken].map(({ name, record }) => [name, record.id]));
  // By hand, a time to come is no reason to stay.
  const thin = (from: readonly Snapshot[]) => thinned(from.map(aged), keep, Infinity);
  // Those that came from elsewhere take no place of one of ours, whatever time they claim.
  const names = options.all ? [...thin(brought), ...thin(taken)] : thin(taken.filter((one) => !isNamed(one)));
  return { gone: names.map((name) => ({ name, id: ids.get(name) })), total: ids.size };
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
  if (!isFree) info(host.ui, "vault-read", {});
  return names;
}

/** Whether a person gave it a name: then it is more than one of many. */
function isNamed({ name, record }: Snapshot): boolean {
  return !record.auto && !isTimeName(name);
}
