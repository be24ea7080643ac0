/**
 * Checks every agent.
 *
 * @module
 */

import { agentChecks } from "../../app/system/host_checks.ts";
import { showChecks } from "../checks.ts";
import type { Context } from "../context.ts";
import type { CrabDiagnoseFlags } from "./diagnose.ts";

/** Runs `kanibako crab diagnose`. Finding something wrong is its purpose, so the exit code is 0 all the same. */
export default async function crabDiagnose(this: Context, flags: CrabDiagnoseFlags): Promise<void> {
  showChecks("Diagnosis of agents", await agentChecks(await this.host(), { cwd: this.cwd }), flags.json);
}
