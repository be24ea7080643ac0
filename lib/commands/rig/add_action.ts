/**
 * `kanibako rig add`: what it does.
 *
 * @module
 */

import { addRig } from "../../app/rig/add.ts";
import { success, warn } from "../../host/ui/terminal.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { registryOf } from "../../rig/image_name.ts";
import type { Context } from "../context.ts";
import type { RigAddFlags } from "./rig_make.ts";

/** Adds a rig by what it is made of. */
export default async function add(this: Context, flags: RigAddFlags, source: string): Promise<void> {
  const rig = await addRig(await this.host(), source, { ...flags, cwd: this.cwd });
  const name = shellQuote(rig.name);
  if (rig.ready) {
    return success(`Added the rig ${name} (${rig.reference}). To use it: kanibako start --image ${name}`);
  }
  const how = rig.kind === "template" ? "build" : "pull";
  success(`Added the rig ${name}. To ${how} it: kanibako rig prep ${name}`);
  if (rig.kind === "image" && registryOf(rig.reference ?? "") === undefined) {
    warn(`${rig.reference} names no registry, so it is used if it is on this machine, and not pulled.`);
  }
}
