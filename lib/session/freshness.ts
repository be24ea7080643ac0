/**
 * Whether a rig's registry has a newer one: asked after a run, by a process of its own, and told at the next launch.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { engineVariables } from "../runtime/cli/cli_engine.ts";
import type { Engine } from "../runtime/engine.ts";
import { detach } from "../host/process.ts";
import { self } from "../host/self.ts";
import { note } from "../host/ui/terminal.ts";
import { needsCheck, noteFromCache } from "../rig/freshness.ts";

/** Tells what an earlier check found out, if it was something. */
export async function tellFreshness(host: Host, image: string): Promise<void> {
  const text = await noteFromCache(host.dirs, image);
  if (text) note(text);
}

/** Starts a check, unless there was one lately or the rig comes from no registry. Does not wait. */
export async function checkFreshnessSoon(host: Host, engine: Engine, image: string): Promise<void> {
  if (!await needsCheck(host.dirs, image)) return;
  const program = await self();
  detach([...program.command, "internal", "freshness", engine.name, image], {
    env: { ...engineVariables(), ...program.env },
  });
}
