/**
 * The part of `setup` that is about the rig, which takes minutes the first time.
 *
 * @module
 */

import { prepareRig } from "../../../app/rig/prepare.ts";
import { rigCheck } from "../../../app/system/host_checks.ts";
import { out } from "../../../host/ui/terminal.ts";
import { configuredRig } from "../../../rig/reference.ts";
import type { BoxRuntime } from "../../../runtime/runtime.ts";
import type { Asking } from "./asking.ts";

/** Shows the rig, and prepares it where that is wanted. Answers whether it is here. */
export async function setupRig(asking: Asking, runtime: BoxRuntime): Promise<boolean> {
  const { flags } = asking;
  // One that cannot be had is not stored.
  if (flags.rig !== undefined && flags.prepare) await prepareRig(asking.host, flags.rig);
  if (flags.rig !== undefined) await asking.store("image", flags.rig);
  const state = await rigCheck(asking.host, runtime, configuredRig(asking.host));
  asking.step("A rig to start boxes from", [state]);
  if (flags.rig !== undefined) out("  To change it: kanibako system config image=RIG");
  if (state.mark === "ok") return true;
  const wanted = flags.prepare ||
    state.mark === "--" &&
      await asking.wants("Prepare it now?", "takes some minutes", "the first start does it");
  if (!wanted) return false;
  await prepareRig(asking.host, undefined);
  return true;
}
