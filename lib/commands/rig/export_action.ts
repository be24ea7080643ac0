/**
 * `kanibako rig export`: what it does.
 *
 * @module
 */

import { exportRig } from "../../app/rig/carry.ts";
import { success } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";
import { decimalSize } from "./decimal_size.ts";
import type { RigExportFlags } from "./rig_carry.ts";

/** Writes a rig made by hand to a file. */
export default async function exportAction(
  this: Context,
  flags: RigExportFlags,
  name: string,
): Promise<void> {
  const { path, sizeBytes } = await exportRig(await this.host(), name, { ...flags, cwd: this.cwd });
  success(`Wrote ${path} (${decimalSize(sizeBytes)}). To use it elsewhere: kanibako rig import FILE`);
}
