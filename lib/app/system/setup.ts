/**
 * What is ready on this machine, and what is still to do.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { configuredRig } from "../../rig/reference.ts";
import type { Check } from "../check.ts";
import { defaultRuntime } from "../../run/used_runtimes.ts";
import { agentChecks, engineChecks, rigCheck } from "./host_checks.ts";

/** How far this machine is set up. Without a working engine nothing else was looked at. */
export interface SetupState {
  readonly engine: Check;
  readonly rest?: {
    readonly agents: readonly Check[];
    readonly rig: Check;
    /** Whether an agent is there and logged in. */
    readonly hasAgent: boolean;
  };
}

/** Looks at what a first start needs. Changes nothing. */
export async function setupState(host: Host): Promise<SetupState> {
  const runtime = await defaultRuntime(host);
  const [state] = await engineChecks(runtime);
  if (!runtime || state.mark !== "ok") return { engine: state };
  const agents = await agentChecks(host);
  return {
    engine: state,
    rest: {
      agents,
      rig: await rigCheck(host, runtime, configuredRig(host)),
      hasAgent: agents.some(({ mark }) => mark === "ok"),
    },
  };
}
