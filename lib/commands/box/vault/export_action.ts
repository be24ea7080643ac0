/**
 * Writes a snapshot as one file.
 *
 * @module
 */

import { KanibakoError } from "../../../host/error.ts";
import { progress } from "../../../host/ui/progress.ts";
import { formatBytes } from "../../../host/size.ts";
import { note, out, warn } from "../../../host/ui/terminal.ts";
import { shellQuote } from "../../../host/ui/text.ts";
import { compressionOf } from "../../../project/archive/file.ts";
import { exportSnapshot } from "../../../vault/bundle.ts";
import { findSnapshot } from "../../../vault/store.ts";
import type { Context } from "../../context.ts";
import { openProjectVault } from "./open.ts";
import { amount } from "./show.ts";
import type { ExportFlags } from "./vault.ts";

/** Runs `kanibako box vault export`. */
export default async function exportOne(
  this: Context,
  flags: ExportFlags,
  name: string,
  word?: string,
): Promise<void> {
  const host = await this.host();
  using vault = await openProjectVault(host, flags.project, this.cwd, "read");
  const { record } = await findSnapshot(vault, name);
  const chosen = word ?? `${vault.project.name}-${name}.tar.zst`;
  const file = chosen.startsWith("/") ? chosen : `${this.cwd}/${chosen}`;
  const live = progress();
  // What is wrong with the file's name is said at once, and not as if the work had begun.
  if (!flags.force) refuseExisting(file);
  if (compressionOf(file)) live.step(`Exporting ${name}`);
  const { bytes, isLarge, unreadable } = await exportSnapshot(vault, name, file, {
    overwrite: flags.force,
    onProgress: ({ files, bytes }) => live.output(amount(files, bytes)),
  }).finally(() => live.stop());
  warn(
    record.home
      ? "The file holds the box's home, its conversations included. Known credentials were left out; look before you pass it on."
      : "The file holds whatever the box kept in its vault. Look before you pass it on.",
  );
  if (unreadable > 0) warn(`Not in the file: ${unreadable} that we may not read.`);
  if (isLarge) note("It holds more than import takes unless told: --any-size");
  out(`Exported ${name} to ${file} (${formatBytes(bytes)}).`);
}

function refuseExisting(file: string): void {
  try {
    Deno.lstatSync(file);
  } catch {
    return;
  }
  throw new KanibakoError("exists", `Cannot export to ${shellQuote(file)}: there is such a file.`, {
    hint: "Choose another name, or add --force to replace it.",
  });
}
