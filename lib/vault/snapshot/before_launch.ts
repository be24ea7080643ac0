/**
 * The snapshot before a launch, and what makes room for it.
 *
 * @module
 */

import type { VaultSettings } from "../../config/settings.ts";
import type { Host } from "../../config/system.ts";
import { formatBytes } from "../../host/size.ts";
import { count } from "../../host/ui/text.ts";
import type { Project } from "../../project/project.ts";
import { isSealed } from "../checksums/manifest_writer.ts";
import { takeSnapshot } from "./snapshot.ts";
import { listSnapshots, openVault, removeSnapshot, type Snapshot, type Vault } from "../store.ts";
import { type Aged, thinned } from "../prune/retention.ts";

/** Hours of which automatic snapshots keep the last: a day of many launches does not push itself out. */
const KEEP_HOURLY = 24;
/** What takes so little is not worth a word. */
const QUIET_FILES = 2000;
const QUIET_BYTES = 64 * 2 ** 20;

/** A snapshot that was taken, and whether it has its checksums. */
export interface AutoSnapshot {
  readonly snapshot: Snapshot;
  readonly sealed: boolean;
}

/** Takes a snapshot as `vault.auto` says. Returns it when there is a new one. */
export async function snapshotBeforeLaunch(
  host: Host,
  project: Project,
  settings: VaultSettings,
  say: (text: string) => void,
): Promise<AutoSnapshot | undefined> {
  using vault = await openVault(host, project);
  let said = false;
  const result = await takeSnapshot(vault, {
    auto: true,
    ifChanged: settings.auto.value === "changed",
    settings,
    onBegin: ({ files, bytes, strategy }) => {
      if (strategy === "btrfs" || files < 0 || (files < QUIET_FILES && bytes < QUIET_BYTES)) return;
      say(`Taking a snapshot of the vault: ${count(files, "file")}, ${formatBytes(bytes)}`);
      said = true;
    },
    // Where blocks are shared nobody counts before.
    onProgress: ({ files }) => {
      if (said || files < QUIET_FILES) return;
      say("Taking a snapshot of the vault");
      said = true;
    },
  });
  if (result.kind !== "taken") return undefined;
  const { snapshot } = result;
  await thinAutomatic(vault, settings, snapshot.name);
  using folder = vault.versions.open(snapshot.name);
  return { snapshot, sealed: snapshot.record.strategy === "archive" || !folder || isSealed(folder) };
}

/**
 * Removes automatic snapshots that need not be kept. Those a person took stay, and so does `newest`, whatever the clock says.
 * Returns the names of those removed.
 */
export async function thinAutomatic(
  vault: Vault,
  settings: VaultSettings,
  newest?: string,
): Promise<readonly string[]> {
  const { all } = await listSnapshots(vault);
  const automatic = all.filter(({ record }) => record.auto).map(aged);
  const gone = thinned(automatic, {
    newest: settings.keep.value,
    hourly: KEEP_HOURLY,
    daily: settings.keepDaily.value,
    weekly: settings.keepWeekly.value,
  }).filter((name) => name !== newest);
  for (const name of gone) await removeSnapshot(vault, name);
  return gone;
}

/** What pruning needs to know of a snapshot. */
export function aged({ name, record }: Snapshot): Aged {
  return { name, takenAt: record.takenAt, isPartial: record.only !== undefined };
}
