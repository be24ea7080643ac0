/**
 * Checks this machine.
 *
 * @module
 */

import { configuredRig } from "../../rig/reference.ts";
import { openEngine } from "../box/report/running.ts";
import { showChecks } from "../checks.ts";
import type { Context } from "../context.ts";
import type { SystemDiagnoseFlags } from "./diagnose.ts";
import {
  agentChecks,
  deviceChecks,
  engineCheck,
  engineDetailChecks,
  rigCheck,
  storageCheck,
} from "./host_checks.ts";

/** Runs `kanibako system diagnose`. Finding something wrong is its purpose, so the exit code is 0 all the same. */
export default async function systemDiagnose(this: Context, flags: SystemDiagnoseFlags): Promise<void> {
  const host = await this.host();
  const engine = await openEngine(host, flags.engine);
  const groups = await Promise.all([
    engineCheck(engine),
    ...engine
      ? [engineDetailChecks(engine), rigCheck(host, engine, configuredRig(host)), deviceChecks(engine)]
      : [],
    agentChecks(host),
    storageCheck(host),
  ]);
  showChecks("Diagnosis of this machine", groups.flat(), flags.json);
}
