/**
 * What is ready on this machine, and what is still to do.
 *
 * @module
 */

import { levelsBelow } from "../../config/effective.ts";
import { settingOf } from "../../config/resolve.ts";
import type { Host } from "../../config/system.ts";
import { configuredRig } from "../../rig/reference.ts";
import { defaultRuntime } from "../../run/used_runtimes.ts";
import type { Check } from "../check.ts";
import { completionState, userShell } from "./completions.ts";
import { agentChecks, engineChecks, rigCheck } from "./host_checks.ts";
import { logoutCheck } from "./logout_check.ts";

/** How far this machine is set up. */
export interface SetupState {
  /** Whether a box with an agent could start. */
  readonly ready: boolean;
  readonly engine: Check;
  readonly agents: readonly Check[];
  /** Absent without a working engine. */
  readonly rig?: Check;
  /** The network of boxes, and whether somebody has decided it. */
  readonly network: { readonly value: string; readonly decided: boolean };
  readonly logout: Check;
  /** Absent where the user's shell cannot complete. */
  readonly completions?: { readonly shell: string; readonly file: string; readonly installed: boolean };
}

/** Looks at what a first start needs. Changes nothing. */
export async function setupState(host: Host): Promise<SetupState> {
  const runtime = await defaultRuntime(host);
  const [engine] = await engineChecks(runtime);
  const agents = await agentChecks(host);
  const { value, level } = settingOf(await levelsBelow(host, "system"), "network");
  const shell = userShell();
  const completions = shell && await completionState(host, shell);
  return {
    ready: engine.mark === "ok" && agents.some(({ mark }) => mark === "ok"),
    engine,
    agents,
    ...runtime && engine.mark === "ok" ? { rig: await rigCheck(host, runtime, configuredRig(host)) } : {},
    network: { value: String(value), decided: level !== "default" },
    logout: logoutCheck(),
    ...completions
      ? {
        completions: {
          shell: completions.shell,
          file: completions.file,
          installed: completions.state === "current",
        },
      }
      : {},
  };
}
