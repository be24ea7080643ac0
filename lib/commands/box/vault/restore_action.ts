/**
 * Takes a vault back to a snapshot.
 *
 * @module
 */

import { sealSoon } from "../../../session/snapshot.ts";
import { Aborted, UsageError } from "../../../host/error.ts";
import { progress } from "../../../host/ui/progress.ts";
import { confirm } from "../../../host/ui/prompt.ts";
import { json, note, out, warn } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { qualifiedName } from "../../../project/project.ts";
import { isSealed } from "../../../vault/checksums/manifest.ts";
import { restore as restoreVault } from "../../../vault/restore/restore.ts";
import { findSnapshot, openVault, type Snapshot, type Vault } from "../../../vault/store.ts";
import type { Context } from "../../context.ts";
import { throughEngine, vaultProject, vaultSettings } from "./open.ts";
import { originText, pathsText, timeText } from "./show.ts";
import { holdStopped } from "./stopped.ts";
import type { RestoreFlags } from "./vault.ts";

/** Runs `kanibako box vault restore`. */
export default async function restore(this: Context, flags: RestoreFlags, name: string): Promise<void> {
  if (flags.home && this.rest.length > 0) {
    throw new UsageError("Option --home cannot be used with single paths: these are the vault's alone.", {
      hint: "Restore the home with all of the vault, or leave --home out.",
    });
  }
  const host = await this.host();
  const project = await vaultProject(host, flags.project, this.cwd);
  const settings = await vaultSettings(host, project);
  {
    using vault = await openVault(host, project, "look");
    const snapshot = await findSnapshot(vault, name);
    const { record } = snapshot;
    if (snapshot.brought) warn(originText(snapshot));
    if (!flags.force) {
      const paths = pathsOf(snapshot, this.rest);
      const what = paths.length > 0 ? pathsText(paths) : flags.home ? "the vault and the home" : "the vault";
      const taken = timeText(record.takenAt);
      note(`This takes ${what} of ${qualifiedName(project)} back to ${name}, taken ${taken}.`);
      note("What is there now is kept in a snapshot first.");
      if (!await confirm("Go on?")) throw new Aborted();
    }
  }
  using _stopped = await holdStopped(host, project, flags);
  using vault = await openVault(host, project);
  vault.remover = throughEngine(host, flags.engine);
  const live = progress();
  const result = await restoreVault(vault, {
    name,
    paths: this.rest,
    home: flags.home,
    settings,
    ...(flags.json ? {} : { onStep: (text: string) => live.step(text) }),
  }).finally(() => live.stop());
  if (result.before !== undefined && !hasSums(vault, result.before)) await sealSoon(project);
  const paths = pathsOf(result.restored, this.rest);
  if (flags.json) return json({ restored: name, paths, before: result.before ?? null });
  out(paths.length > 0 ? `Restored ${pathsText(paths)} from ${name}.` : `Restored ${name}.`);
  if (result.before !== undefined) {
    const word = shellQuote(result.before);
    const home = flags.home ? " --home" : "";
    note(
      `To undo it: kanibako box vault restore ${word}${home} --project ${shellQuote(qualifiedName(project))}`,
    );
  }
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
