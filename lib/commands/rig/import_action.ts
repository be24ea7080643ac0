/**
 * `kanibako rig import`: what it does.
 *
 * @module
 */

import { importRig } from "../../app/rig/carry.ts";
import { note, success } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";
import type { RigImportFlags } from "./rig_carry.ts";

/** Reads a rig from a file. */
export default async function importAction(
  this: Context,
  flags: RigImportFlags,
  file: string,
): Promise<void> {
  const rig = await importRig(await this.host(), file, { ...flags, cwd: this.cwd });
  success(`Imported the rig ${rig.name} (${rig.reference}). To use it: kanibako start --image ${rig.name}`);
  if (rig.hasContainerfile) {
    note("The file has the Containerfile of what the rig was extended from, too. Nothing was built from it.");
  }
}
