/**
 * `kanibako rig rm`: what it does.
 *
 * @module
 */

import { removeRig } from "../../app/rig/remove.ts";
import { formatBytes } from "../../host/size.ts";
import { success } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";
import type { RigRmFlags } from "./rig_make.ts";

/** Removes what a rig's name stands for, after saying whether it could be had again. */
export default async function rm(this: Context, flags: RigRmFlags, word: string): Promise<void> {
  const { image, freedBytes } = await removeRig(await this.host(), word, flags);
  // Layers that other images have stay.
  const freed = freedBytes === undefined ? "" : ` Freed up to ${formatBytes(freedBytes)}.`;
  success(`Removed ${image ?? `the entry of ${word}`}.${freed}`);
}
