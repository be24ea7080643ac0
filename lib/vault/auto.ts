/**
 * The snapshot before a launch, and what makes room for it.
 *
 * @module
 */

import type { VaultSettings } from "../config/settings.ts";
import type { Host } from "../config/system.ts";
import { formatBytes } from "../host/size.ts";
import type { Project } from "../project/project.ts";
import { takeSnapshot } from "./snapshot.ts";
import { listSnapshots, openVault, removeSnapshot, type Snapshot, type Vault } from "./store.ts";
import { thin } from "./thin.ts";

/** Hours of which automatic snapshots keep the last: a day of many launches does not push itself out. */
const KEEP_HOURLY = 24;
/** What takes so little is not worth a word. */
const QUIET_FILES = 2000;
const QUIET_BYTES = 64 * 2 ** 20;

/** Takes a snapshot as `vault.auto` says. Returns it when there is a new one. */
export async function snapshotBeforeLaunch(
  host: Host,
  project: Project,
  settings: VaultSettings,
  say: (text: string) => void,
): Promise<Snapshot | undefined> {
  using vault = await openVault(host, project);
  const result = await takeSnapshot(vault, {
    auto: true,
    ifChanged: settings.auto.value === "changed",
    settings,
    onBegin: ({ files, bytes, strategy }) => {
      if (strategy === "btrfs" || files < 0 || (files < QUIET_FILES && bytes < QUIET_BYTES)) return;
      say(`Taking a snapshot of the vault: ${files} files, ${formatBytes(bytes)}`);
    },
  });
  if (result.kind !== "taken") return undefined;
  await thinAutomatic(vault, settings);
  return result.snapshot;
}

/** Removes automatic snapshots that need not be kept. Those a person took stay. Returns the names of those removed. */
export async function thinAutomatic(vault: Vault, settings: VaultSettings): Promise<readonly string[]> {
  const { all } = await listSnapshots(vault);
  const automatic = all.filter(({ record }) => record.auto);
  const gone = thin(automatic.map(({ name, record }) => ({ name, takenAt: record.takenAt })), {
    newest: settings.keep.value,
    hourly: KEEP_HOURLY,
    daily: settings.keepDaily.value,
    weekly: settings.keepWeekly.value,
  });
  for (const name of gone) await removeSnapshot(vault, name);
  return gone;
}
