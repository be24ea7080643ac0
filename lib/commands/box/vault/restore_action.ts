/**
 * Takes a vault back to a snapshot.
 *
 * @module
 */

import { restoreSnapshot } from "../../../app/vault/restore.ts";
import { pathsText } from "../../../app/vault/words.ts";
import { UsageError } from "../../../host/error.ts";
import { json, note, out } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { qualifiedName } from "../../../project/project.ts";
import { silentUi } from "../../../spec/ui.ts";
import type { Context } from "../../context.ts";
import type { RestoreFlags } from "./vault.ts";

/** Runs `kanibako box vault restore`. */
export default async function restore(this: Context, flags: RestoreFlags, name: string): Promise<void> {
  if (flags.home && this.rest.length > 0) {
    throw new UsageError("Options --home and PATH cannot be used together: paths are of the vault only.", {
      hint: "Restore the home with the whole vault, or leave out --home.",
    });
  }
  const host = await this.host();
  // A program that reads JSON has no use for progress.
  const ui = flags.json ? { ...host.ui, progress: silentUi.progress } : host.ui;
  const { project, paths, before } = await restoreSnapshot({ ...host, ui }, flags.project, this.cwd, name, {
    ...flags,
    paths: this.rest,
  });
  if (flags.json) return json({ restored: name, paths, before: before ?? null });
  out(paths.length > 0 ? `Restored ${pathsText(paths)} from ${name}.` : `Restored ${name}.`);
  if (before === undefined) return;
  const home = flags.home ? " --home" : "";
  const word = shellQuote(qualifiedName(project));
  note(`To undo it: kanibako box vault restore ${shellQuote(before)}${home} --project ${word}`);
}
