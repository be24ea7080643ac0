/**
 * Makes a snapshot from a file.
 *
 * @module
 */

import { KanibakoError } from "../../../host/error.ts";
import { note, out, warn } from "../../../host/ui/terminal.ts";
import { count, shellQuote } from "../../../host/ui/text.ts";
import { qualifiedName } from "../../../project/project.ts";
import { importSnapshot } from "../../../vault/bundle.ts";
import { sealOne } from "../../../vault/checksums/seal.ts";
import type { Context } from "../../context.ts";
import { openProjectVault } from "./open.ts";
import type { ImportFlags } from "./vault.ts";

/** Runs `kanibako box vault import`. */
export default async function importOne(this: Context, flags: ImportFlags, word: string): Promise<void> {
  const host = await this.host();
  using vault = await openProjectVault(host, flags.project, this.cwd);
  const file = word.startsWith("/") ? word : `${this.cwd}/${word}`;
  const snapshot = await importSnapshot(vault, file, {
    name: flags.name,
    note: flags.note,
    anySize: flags.anySize,
  });
  await sealOne(vault, snapshot, undefined).catch((error) => {
    // Such as a folder that nobody may read: it is imported, and without checksums.
    if (!(error instanceof KanibakoError)) throw error;
    warn(`${error.message}. The snapshot has no checksums.`);
  });
  if (flags.quiet) return out(snapshot.name);
  out(`Imported ${snapshot.name} (${count(snapshot.record.files, "file")}).`);
  const project = shellQuote(qualifiedName(vault.project));
  note(`To bring it back: kanibako box vault restore ${shellQuote(snapshot.name)} --project ${project}`);
}
