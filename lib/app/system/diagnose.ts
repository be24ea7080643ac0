/**
 * Checks this machine.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { configuredRig } from "../../rig/reference.ts";
import type { Check } from "../check.ts";
import { openEngine } from "../find_engine.ts";
import {
  agentChecks,
  deviceChecks,
  engineCheck,
  engineDetailChecks,
  rigCheck,
  storageCheck,
} from "./host_checks.ts";

/** Looks at everything boxes need of this machine. Finding something wrong is a result, not an error. */
export async function diagnoseSystem(host: Host, engineName?: string): Promise<readonly Check[]> {
  const engine = await openEngine(host, engineName);
  const groups = await Promise.all([
    engineCheck(engine),
    ...engine
      ? [engineDetailChecks(engine), rigCheck(host, engine, configuredRig(host)), deviceChecks(engine)]
      : [],
    agentChecks(host),
    storageCheck(host),
  ]);
  return groups.flat();
}
