/**
 * Says what is ready and what is still to do, and asks what boxes may reach and what of the
 * user's own configuration they get. Changes nothing else.
 *
 * @module
 */

import type { Check } from "../../app/check.ts";
import { setupState } from "../../app/system/setup.ts";
import { check, out } from "../../host/ui/terminal.ts";
import { setupNetwork } from "./setup_network.ts";
import { setupOwn } from "./setup_own.ts";
import type { Context } from "../context.ts";

/** Runs `kanibako setup`. Exit code 1 when there is no working container engine. */
export default async function setup(this: Context): Promise<number> {
  const host = await this.host();
  const { engine, rest } = await setupState(host);
  out("Setting up kanibako");
  out("=".repeat(40));
  step("1. A container engine", [engine]);
  if (!rest) {
    out("Install a container engine first. On Debian or Ubuntu: sudo apt install podman");
    return 1;
  }
  step("2. An agent", rest.agents);
  step("3. A rig to start boxes from", [rest.rig]);
  await setupNetwork(host);
  await setupOwn(host);
  if (rest.hasAgent) out("Ready. Go to a project and run: kanibako");
  else {
    out("Install an agent or log in to it. Then go to a project and run: kanibako");
    out("To use a box without an agent: kanibako shell");
  }
  if (rest.rig.mark !== "ok") out("The first start takes longer, because it pulls or builds the rig.");
  return 0;
}

function step(title: string, checks: readonly Check[]): void {
  out(title);
  for (const { mark, label, detail } of checks) check(mark, label, detail);
  out();
}
