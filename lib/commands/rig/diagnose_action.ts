/**
 * `kanibako rig diagnose`: what it does.
 *
 * @module
 */

import { check, json } from "../../host/ui/terminal.ts";
import { diagnoseRigs } from "../../rig/diagnose.ts";
import type { Context } from "../context.ts";
import { engineIfAny } from "./engine.ts";
import type { RigInfoFlags } from "./rig.ts";

/** Checks whether rigs can be had here. */
export default async function diagnose(this: Context, flags: RigInfoFlags): Promise<void> {
  const host = await this.host();
  const checks = await diagnoseRigs(host, await engineIfAny(host.dirs, flags.engine));
  if (flags.json) return json(checks);
  for (const { mark, label, detail } of checks) check(mark, label, detail);
}
