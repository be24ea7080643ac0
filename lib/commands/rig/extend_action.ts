/**
 * `kanibako rig extend`: what it does.
 *
 * @module
 */

import { extendRig } from "../../app/rig/create.ts";
import { UsageError } from "../../host/error.ts";
import { success } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";
import { handOptions } from "./hand_options.ts";
import type { RigExtendFlags } from "./rig_make.ts";

/** Makes a rig by hand of another one. */
export default async function extend(this: Context, flags: RigExtendFlags, name: string): Promise<void> {
  const { from } = flags;
  if (from === undefined) throw new UsageError("Name the rig to begin with: --from RIG");
  const { reference } = await extendRig(await this.host(), name, { ...await handOptions(flags), from });
  success(`Made the rig ${name} (${reference}). To use it: kanibako start --image ${name}`);
}
