/**
 * Takes a vault back to a snapshot.
 *
 * @module
 */

import { sealSoon } from "../../../box/auto_snapshot.ts";
import { Aborted } from "../../../host/error.ts";

import { progress } from "../../../host/progress.ts";
import { confirm } from "../../../host/prompt.ts";
import { json, note, out } from "../../../host/terminal.ts";
import { shellQuote } from "../../../host/text.ts";
import { qualifiedName } from "../../../project/project.ts";
import { restore as restoreVault } from "../../../vault/restore.ts";
import { findSnapshot, openVault } from "../../../vault/store.ts";
import type { Context } from "../../context.ts";
import { vaultProject, vaultSettings } from "./open.ts";
import { timeText } from "./show.ts";
import { holdStopped } from "./stopped.ts";
import type { RestoreFlags } from "./vault.ts";

/** Runs `kanibako box vault restore`. */
export default async function restore(this: Context, flags: RestoreFlags, name: string): Promise<void> {
  const host = await this.host();
  const project = await vaultProject(host, flags.project, this.cwd);
  const settings = await vaultSettings(host, project);
  {
    using vault = await openVault(host, project, true);
    const { record } = await findSnapshot(vault, name);
    if (!flags.force) {
      const what = this.rest.length > 0
        ? this.rest.map(shellQuote).join(", ")
        : flags.home
        ? "the vault and the home"
        : "the vault";
      const taken = timeText(record.takenAt);
      note(`This takes ${what} of ${qualifiedName(project)} back to ${name}, taken ${taken}.`);
      note("What is there now is kept in a snapshot first.");
      if (!await confirm("Go on?")) throw new Aborted();
    }
  }
  using _stopped = await holdStopped(host, project, flags);
  using vault = await openVault(host, project);
  const live = progress();
  const result = await restoreVault(vault, {
    name,
    paths: this.rest,
    home: flags.home,
    settings,
    ...(flags.json ? {} : { onStep: (text: string) => live.step(text) }),
  }).finally(() => live.stop());
  if (result.before !== undefined) await sealSoon(project);
  if (flags.json) return json({ restored: name, paths: this.rest, before: result.before ?? null });
  out(`Restored ${name}.`);
  if (result.before !== undefined) {
    const word = shellQuote(result.before);
    note(`To undo it: kanibako box vault restore ${word} --project ${shellQuote(qualifiedName(project))}`);
  }
}
