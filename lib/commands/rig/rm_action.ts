/**
 * `kanibako rig rm`: what it does.
 *
 * @module
 */

import { removeRig } from "../../app/rig/remove.ts";
import { success } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";
import type { RigRmFlags } from "./rig_make.ts";

/** Removes what a rig's name stands for, after saying whether it could be had again. */
export default async function rm(this: Context, flags: RigRmFlags, word: string): Promise<void> {
  const { image } = await removeRig(await this.host(), word, flags);
  success(`Removed ${image ?? `the entry of ${word}`}.`);
}
