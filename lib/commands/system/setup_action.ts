/**
 * Says what is ready and what is still to do. Changes nothing.
 *
 * @module
 */

import { check, out } from "../../host/ui/terminal.ts";
import { configuredRig } from "../../rig/reference.ts";
import { openEngine } from "../box/report/running.ts";
import type { Check } from "../checks.ts";
import type { Context } from "../context.ts";
import { agentChecks, engineCheck, rigCheck } from "./host_checks.ts";

/** Runs `kanibako setup`. Exit code 1 when there is no working container engine. */
export default async function setup(this: Context): Promise<number> {
  const host = await this.host();
  out("Setting up kanibako");
  out("=".repeat(40));
  const engine = await openEngine(host);
  const engineState = await engineCheck(engine);
  step("1. A container engine", [engineState]);
  if (!engine || engineState.mark !== "ok") {
    out("A container engine is needed before anything else. On Debian or Ubuntu: sudo apt install podman");
    return 1;
  }
  const agents = await agentChecks(host);
  step("2. An agent", agents);
  const rig = await rigCheck(host, engine, configuredRig(host));
  step("3. A rig to start boxes from", [rig]);
  if (agents.every(({ mark }) => mark === "--" || mark === "!!")) {
    out("Install an agent, or log in to it; then go to a project and type: kanibako");
    out("Without one: kanibako shell");
  } else out("Ready. Go to a project and type: kanibako");
  if (rig.mark !== "ok") out("The first start takes longer: the rig is got or built then.");
  return 0;
}

function step(title: string, checks: readonly Check[]): void {
  out(title);
  for (const { mark, label, detail } of checks) check(mark, label, detail);
  out();
}
