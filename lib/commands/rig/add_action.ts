/**
 * `kanibako rig add`: what it does.
 *
 * @module
 */

import { addRig } from "../../app/rig/add.ts";
import { success } from "../../host/ui/terminal.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { Context } from "../context.ts";
import type { RigAddFlags } from "./rig_make.ts";

/** Adds a rig by what it is made of. */
export default async function add(this: Context, flags: RigAddFlags, source: string): Promise<void> {
  const rig = await addRig(await this.host(), source, { ...flags, cwd: this.cwd });
  const name = shellQuote(rig.name);
  success(
    rig.ready
      ? `Added the rig ${name} (${rig.reference}). To use it: kanibako start --image ${name}`
      : `Added the rig ${name}. To ${
        rig.kind === "template" ? "build" : "pull"
      } it: kanibako rig prep ${name}`,
  );
}
