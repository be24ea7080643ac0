/**
 * `kanibako rig rm`: what it does.
 *
 * @module
 */

import { removeRig } from "../../app/rig/remove.ts";
import { out, success } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";
import type { RigRmFlags } from "./rig.ts";

/** Removes what a rig's name stands for, after saying whether it could be had again. */
export default async function rm(this: Context, flags: RigRmFlags, word: string): Promise<void> {
  const { removal, removed } = await removeRig(await this.host(), word, flags);
  if (!removed) return out("Cancelled.");
  success(`Removed ${removal.image ?? removal.containerfile ?? `the entry of ${word}`}.`);
}
