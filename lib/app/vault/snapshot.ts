/**
 * Takes a snapshot of a vault.
 *
 * @module
 */

import type { VaultSettings } from "../../config/settings.ts";
import type { Host } from "../../config/system.ts";
import type { Project } from "../../project/project.ts";
import { sealSoon } from "../../session/snapshot.ts";
import { fromFlag } from "../../spec/source.ts";
import { warning } from "../../spec/ui.ts";
import { type SnapshotResult, takeSnapshot } from "../../vault/snapshot/snapshot.ts";
import { openProjectVault, vaultSettings } from "./open.ts";
import { amount } from "./words.ts";

/** What is done in a moment needs no word. */
const QUIET_FILES = 1000;
const QUIET_BYTES = 64 * 2 ** 20;

/** What kind of snapshot is wanted. */
export interface TakeOptions {
  readonly name?: string | undefined;
  readonly note?: string | undefined;
  /** Only when something changed since the last one. */
  readonly ifChanged?: boolean | undefined;
  /** As configured by default. */
  readonly strategy?: "btrfs" | "reflink" | "hardlink" | "archive" | undefined;
  /** An archive is compressed with xz. */
  readonly xz?: boolean | undefined;
  /** With the box's home; as configured by default. */
  readonly home?: boolean | undefined;
}

/** What became of it, and of which project. */
export type TakenSnapshot = SnapshotResult & { readonly project: Project };

/** Takes one of the vault of the project that `word` or the folder `cwd` means. Throws `no-vault`, `name-taken`, `unknown-project`. */
export async function takeSnapshotOf(
  host: Host,
  word: string | undefined,
  cwd: string,
  options: TakeOptions = {},
): Promise<TakenSnapshot> {
  using vault = await openProjectVault(host, word, cwd);
  const { project } = vault;
  const live = host.ui.progress();
  const result = await takeSnapshot(vault, {
    name: options.name,
    note: options.note,
    auto: false,
    ifChanged: options.ifChanged ?? false,
    settings: withOptions(await vaultSettings(host, project), options),
    onBegin: ({ files, bytes }) => {
      if (files > QUIET_FILES || bytes > QUIET_BYTES) live.step(`Taking a snapshot: ${amount(files, bytes)}`);
    },
    onProgress: ({ files, bytes }) => live.output(amount(files, bytes)),
  }).finally(() => live.stop());
  if (result.kind === "taken") {
    const { name, record } = result.snapshot;
    if (options.xz && record.strategy !== "archive") {
      warning(host.ui, "no-effect", {
        name: "--xz",
        why: `this snapshot is no archive, but made by ${record.strategy}`,
      });
    }
    if (["reflink", "btrfs"].includes(record.strategy)) await sealSoon(project);
    host.events({ kind: "snapshot", box: project.id, atMs: Date.now(), data: { name } });
  }
  return { ...result, project };
}

/** What is asked for counts for this once. */
function withOptions(settings: VaultSettings, options: TakeOptions): VaultSettings {
  const set = <T>(value: T, option: string) => ({ value, level: "flag" as const, from: fromFlag(option) });
  return {
    ...settings,
    ...(options.strategy ? { strategy: set(options.strategy, "--strategy") } : {}),
    ...(options.xz ? { compression: set("xz" as const, "--xz") } : {}),
    ...(options.home ? { includeHome: set(true, "--home") } : {}),
  };
}
