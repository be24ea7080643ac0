/**
 * Checks this machine.
 *
 * @module
 */

import { diagnoseSystem } from "../../app/system/diagnose.ts";
import { showChecks } from "../checks.ts";
import type { Context } from "../context.ts";
import type { SystemDiagnoseFlags } from "./diagnose.ts";

/** Runs `kanibako system diagnose`. Finding something wrong is its purpose, so the exit code is 0 all the same. */
export default async function systemDiagnose(this: Context, flags: SystemDiagnoseFlags): Promise<void> {
  showChecks("Diagnosis of this machine", await diagnoseSystem(await this.host(), flags.engine), flags.json);
}
