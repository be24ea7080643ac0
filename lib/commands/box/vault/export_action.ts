/**
 * Writes a snapshot as one file.
 *
 * @module
 */

import { exportToFile } from "../../../app/vault/transfer.ts";
import { formatBytes } from "../../../host/size.ts";
import { note, out } from "../../../host/ui/terminal.ts";
import type { Context } from "../../context.ts";
import type { ExportFlags } from "./vault.ts";

/** Runs `kanibako box vault export`. */
export default async function exportOne(
  this: Context,
  { project, force }: ExportFlags,
  name: string,
  word?: string,
): Promise<void> {
  const { bytes, file, isLarge } = await exportToFile(await this.host(), {
    project,
    cwd: this.cwd,
    name,
    file: word,
    force,
  });
  if (isLarge) note("It is larger than import accepts by default. To import it, use --any-size.");
  out(`Exported ${name} to ${file} (${formatBytes(bytes)}).`);
}
