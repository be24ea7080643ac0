/**
 * Sets this machine up for boxes: says what is ready, asks what nobody has decided, and stores the answers.
 *
 * @module
 */

import { setupState } from "../../app/system/setup.ts";
import { ensureInitialised } from "../../config/initialise.ts";
import { json, out } from "../../host/ui/terminal.ts";
import { checkJson } from "../checks.ts";
import type { Context } from "../context.ts";
import { Asking } from "./setup/asking.ts";
import { setupAgents } from "./setup/agents.ts";
import { setupCompletions } from "./setup/completions.ts";
import { setupEngine } from "./setup/engine.ts";
import { setupLogout } from "./setup/logout.ts";
import { setupNetwork } from "./setup/network.ts";
import { setupOwn } from "./setup/own.ts";
import { setupRig } from "./setup/rig.ts";
import { ANSWERS, type SetupFlags } from "./setup.ts";

/** Runs `kanibako setup`. Exit code 1 when there is no working container engine, and with `--check` when there is no agent. */
export default async function setup(this: Context, flags: SetupFlags): Promise<number> {
  const host = await this.host();
  if (flags.json) {
    const { engine, agents, rig, logout, ...rest } = await setupState(host);
    json({
      ...rest,
      engine: checkJson(engine),
      agents: agents.map(checkJson),
      rig: rig ? checkJson(rig) : null,
      logout: checkJson(logout),
    });
    return 0;
  }
  const asking = new Asking(host, flags);
  if (asking.asks || ANSWERS.some((flag) => flags[flag])) asking.host = await ensureInitialised(host);
  out("Setting up kanibako");
  out("=".repeat(40));
  const runtime = await setupEngine(asking);
  if (!runtime) {
    out("A box needs a container engine. To install one on Debian or Ubuntu: sudo apt install podman");
    return 1;
  }
  const hasAgent = await setupAgents(asking);
  const hasRig = await setupRig(asking, runtime);
  await setupNetwork(asking);
  await setupOwn(asking);
  await setupLogout(asking);
  await setupCompletions(asking);
  out();
  if (hasAgent) out("Ready. Go to a project and run: kanibako");
  else {
    out("Install an agent or log in to it. Then go to a project and run: kanibako");
    out("To use a box without an agent: kanibako shell");
  }
  if (!hasRig) out("The first start takes longer, because it pulls or builds the rig.");
  return flags.check && !hasAgent ? 1 : 0;
}
