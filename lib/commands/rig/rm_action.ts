/**
 * `kanibako rig rm`: what it does.
 *
 * @module
 */

import { imagesOf, openRuntime } from "../../runtime/open.ts";
import { confirm } from "../../host/ui/prompt.ts";
import { note, out, success } from "../../host/ui/terminal.ts";
import { planRigRemoval, removeRig } from "../../rig/remove.ts";
import type { Context } from "../context.ts";
import type { RigRmFlags } from "./rig.ts";

/** Removes what a rig's name stands for, after saying whether it could be had again. */
export default async function rm(this: Context, flags: RigRmFlags, word: string): Promise<void> {
  const host = await this.host();
  const store = await imagesOf(await openRuntime(host.dirs, flags.engine));
  const removal = await planRigRemoval(host, store, word);
  const what = removal.image ?? removal.containerfile;
  if (what !== undefined && !flags.force) {
    note(`${what}: ${removal.recovery}.`);
    if (!await confirm(`Remove ${what}?`)) {
      out("Cancelled.");
      return;
    }
  }
  await removeRig(host, store, removal);
  success(`Removed ${what ?? `the entry of ${word}`}.`);
}
