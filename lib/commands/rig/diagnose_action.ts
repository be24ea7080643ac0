/**
 * `kanibako rig diagnose`: what it does.
 *
 * @module
 */

import { diagnoseRig } from "../../app/rig/show.ts";
import { check, json } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";
import type { RigInfoFlags } from "./rig_look.ts";

/** Checks whether rigs can be had here. */
export default async function diagnose(this: Context, flags: RigInfoFlags): Promise<void> {
  const checks = await diagnoseRig(await this.host(), flags.engine);
  if (flags.json) return json(checks);
  for (const { mark, label, detail } of checks) check(mark, label, detail);
}
