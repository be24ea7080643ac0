/**
 * Whether a rig's registry has a newer one: asked after a run, by a process of its own, and said at the next start.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { detach } from "../host/process.ts";
import { self } from "../host/self.ts";
import { needsCheck, noteFromCache } from "../rig/freshness.ts";
import { runtimeVariables } from "../runtime/open.ts";
import { info } from "../spec/ui.ts";

/** Says what an earlier check found out, if it was something. */
export async function noteFreshness(host: Host, image: string): Promise<void> {
  const text = await noteFromCache(host.dirs, image);
  if (text) info(host.ui, "hint", { text });
}

/** Starts a check, unless there was one lately or the rig comes from no registry. Does not wait. */
export async function checkFreshnessSoon(host: Host, runtime: string, image: string): Promise<void> {
  if (!await needsCheck(host.dirs, image)) return;
  const program = await self();
  detach([...program.command, "internal", "freshness", runtime, image], {
    env: { ...runtimeVariables(), ...program.env },
  });
}
