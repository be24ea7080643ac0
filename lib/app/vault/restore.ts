/**
 * Takes a vault, or some paths of it, back to a snapshot.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { Aborted } from "../../host/error.ts";
import { isWithin } from "../../project/layout.ts";
import { forgetFolders } from "../../project/nested/recorded.ts";
import { assertOutOfReach } from "../../run/reach.ts";
import { type Project, qualifiedName } from "../../project/project.ts";
import { sealSoon } from "../../session/snapshot.ts";
import { warning } from "../../spec/ui.ts";
import { isSealed } from "../../vault/checksums/manifest.ts";
import { restore } from "../../vault/restore/restore.ts";
import { findSnapshot, openVault, type Snapshot, type Vault } from "../../vault/store.ts";
import { holdStopped } from "./hold_stopped.ts";
import { throughEngine, vaultProject, vaultSettings } from "./open.ts";
import { pathsText, timeText } from "./words.ts";

/** What is restored, and how. */
export interface RestoreOptions {
  /** Only these paths below the vault's folder; all by default. */
  readonly paths?: readonly string[];
  /** The box's home too. */
  readonly home?: boolean;
  /** Stops the box when it runs. */
  readonly stop?: boolean;
  /** Does not ask. */
  readonly force?: boolean;
  readonly engine?: string | undefined;
}

/** What was done. */
export interface Restored {
  readonly project: Project;
  /** What is restored, where that is not everything. */
  readonly paths: readonly string[];
  /** The snapshot that holds what was there before; absent when there was nothing. */
  readonly before: string | undefined;
}

/**
 * Restores the vault of the project that `word` or the folder `cwd` means. A snapshot of the current files is taken first. Asks unless
 * `force`. Throws `Aborted`, `box-running`, and as the vault's own `restore`.
 */
export async function restoreSnapshot(
  host: Host,
  word: string | undefined,
  cwd: string,
  name: string,
  options: RestoreOptions = {},
): Promise<Restored> {
  const { paths: asked = [], home = false, stop = false, engine } = options;
  const project = await vaultProject(host, word, cwd);
  const settings = await vaultSettings(host, project);
  {
    using vault = await openVault(host, project, "look");
    const snapshot = await findSnapshot(vault, name);
    if (snapshot.brought) {
      warning(host.ui, "snapshot-foreign", { name: snapshot.name, old: snapshot.form !== "whole" });
    }
    if (!options.force) await ask(host, project, snapshot, pathsOf(snapshot, asked), home);
  }
  using _stopped = await holdStopped(host, project, { stop, engine });
  // A home outside the hidden folders gets another folder: a running box around it would see that one.
  if (home && isWithin(project.home, project.path)) await assertOutOfReach(host, project.home, project.id);
  using vault = await openVault(host, project);
  vault.remover = throughEngine(host, engine);
  const live = host.ui.progress();
  const result = await restore(vault, {
    name,
    paths: asked,
    home,
    settings,
    onStep: (text) => live.step(text),
  }).finally(() => live.stop());
  if (home) await forgetFolders(host, [project.home]);
  if (result.before !== undefined && !hasSums(vault, result.before)) await sealSoon(project);
  return { project, paths: pathsOf(result.restored, asked), before: result.before };
}

async function ask(
  host: Host,
  project: Project,
  { name, record }: Snapshot,
  paths: readonly string[],
  home: boolean,
): Promise<void> {
  const what = paths.length > 0 ? pathsText(paths) : home ? "the vault and the home" : "the vault";
  const sure = await host.ui.confirm({
    text: "Continue?",
    details: [
      `This takes ${what} of ${qualifiedName(project)} back to ${name}, taken ${timeText(record.takenAt)}.`,
      "A snapshot of the current files is taken first.",
    ],
  });
  if (!sure) throw new Aborted();
}

/** What is restored, where that is not everything: what was asked for, else what a snapshot of single paths holds. */
function pathsOf({ record, brought }: Snapshot, asked: readonly string[]): readonly string[] {
  return asked.length > 0 || brought ? asked : record.only ?? [];
}

/** An archive has them in itself. */
function hasSums(vault: Vault, name: string): boolean {
  using folder = vault.versions.open(name);
  return !folder || isSealed(folder) || folder.info("content")?.kind !== "folder";
}
