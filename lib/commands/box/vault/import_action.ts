/**
 * Makes a snapshot from a file.
 *
 * @module
 */

import { importFromFile } from "../../../app/vault/transfer.ts";
import { note, out } from "../../../host/ui/terminal.ts";
import { count, shellQuote } from "../../../host/ui/text.ts";
import { qualifiedName } from "../../../project/project.ts";
import type { Context } from "../../context.ts";
import type { ImportFlags } from "./vault.ts";

/** Runs `kanibako box vault import`. */
export default async function importOne(this: Context, flags: ImportFlags, file: string): Promise<void> {
  const { snapshot, project } = await importFromFile(await this.host(), { ...flags, file, cwd: this.cwd });
  if (flags.quiet) return out(snapshot.name);
  out(`Imported ${snapshot.name} (${count(snapshot.record.files, "file")}).`);
  const word = shellQuote(qualifiedName(project));
  note(`To restore it: kanibako box vault restore ${shellQuote(snapshot.name)} --project ${word}`);
}
