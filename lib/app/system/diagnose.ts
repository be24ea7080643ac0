/**
 * Checks this machine.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { configuredRig } from "../../rig/reference.ts";
import type { Check } from "../check.ts";
import { defaultRuntime } from "../../run/used_runtimes.ts";
import {
  agentChecks,
  deviceChecks,
  engineChecks,
  proxyCheck,
  rigCheck,
  storageCheck,
} from "./host_checks.ts";

import { logoutCheck } from "./logout_check.ts";

/** Looks at everything boxes need of this machine. Finding something wrong is a result, not an error. */
export async function diagnoseSystem(host: Host, engineName?: string): Promise<readonly Check[]> {
  const runtime = await defaultRuntime(host, engineName);
  const groups = await Promise.all([
    engineChecks(runtime, { details: true }),
    ...runtime ? [rigCheck(host, runtime, configuredRig(host)), deviceChecks(runtime)] : [],
    agentChecks(host),
    storageCheck(host),
    logoutCheck(),
    proxyCheck((name) => Deno.env.get(name)),
  ]);
  return groups.flat();
}
