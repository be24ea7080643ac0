/**
 * Checks this machine.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { configuredRig } from "../../rig/reference.ts";
import { bad, type Check, messageOf } from "../check.ts";
import { defaultRuntime } from "../../run/used_runtimes.ts";
import {
  agentChecks,
  deviceChecks,
  engineChecks,
  proxyCheck,
  rigCheck,
  storageChecks,
  trialChecks,
} from "./host_checks.ts";
import { lastStarts } from "./last_starts.ts";
import { logoutCheck } from "./logout_check.ts";

/** Looks at everything boxes need of this machine. Finding something wrong is a result, not an error. */
export async function diagnoseSystem(host: Host, engineName?: string): Promise<readonly Check[]> {
  const runtime = await defaultRuntime(host, engineName);
  const groups = await Promise.all([
    made("Container engine", () => engineChecks(runtime, { details: true })),
    ...runtime
      ? [
        made("Rig", async () => {
          const name = configuredRig(host);
          const rig = await rigCheck(host, runtime, name);
          return [rig, ...await trialChecks(host, runtime, rig, name)];
        }),
        made("Devices", () => deviceChecks(runtime)),
      ]
      : [],
    made("Agents", () => agentChecks(host)),
    made("Storage", () => storageChecks(host)),
    made("After logout", logoutCheck),
    made("Proxy", () => proxyCheck((name) => Deno.env.get(name))),
    made("Last start", () => lastStarts(host)),
  ]);
  return groups.flat();
}

/** One that cannot be made does not keep the others from being shown. */
async function made(
  label: string,
  make: () => Check | readonly Check[] | Promise<Check | readonly Check[]>,
): Promise<readonly Check[]> {
  try {
    return [await make()].flat();
  } catch (error) {
    return [bad(label, messageOf(error))];
  }
}
