/**
 * `kanibako rig export`: what it does.
 *
 * @module
 */

import { exportRig } from "../../app/rig/carry.ts";
import { quotePath } from "../../host/ui/quote_path.ts";
import { note, success } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";
import { decimalSize } from "./decimal_size.ts";
import type { RigExportFlags } from "./rig_carry.ts";

/** Writes a rig made by hand to a file, or makes a machine of a rig. */
export default async function exportAction(
  this: Context,
  flags: RigExportFlags,
  name: string,
): Promise<void> {
  if (flags.as !== undefined) {
    const { exportRigAs } = await import("../../app/rig/export_as.ts");
    const options = { ...flags, as: flags.as, cwd: this.cwd };
    const { file, bytes, hasInit } = await exportRigAs(await this.host(), name, options);
    success(`Wrote ${quotePath(file)} (${decimalSize(bytes)}).`);
    if (!hasInit) note("The rig has no init, so this root file system cannot be booted.");
    return;
  }
  const { path, sizeBytes } = await exportRig(await this.host(), name, { ...flags, cwd: this.cwd });
  success(`Wrote ${path} (${decimalSize(sizeBytes)}). To use it elsewhere: kanibako rig import FILE`);
}
