/**
 * Removes a rig.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { Aborted } from "../../host/error.ts";
import { planRigRemoval, removeRig as remove, type RigRemoval } from "../../rig/remove.ts";
import { rigStore } from "./store.ts";

/**
 * Removes what a rig's name stands for. Asks first, saying whether it could be had again, unless `force` or only an entry is forgotten.
 * Throws `no-rig`, and `aborted` when the answer is no.
 */
export async function removeRig(
  host: Host,
  word: string,
  { engine, force = false }: { readonly engine?: string | undefined; readonly force?: boolean } = {},
): Promise<RigRemoval> {
  const store = await rigStore(host, engine);
  const removal = await planRigRemoval(host, store, word);
  const { image } = removal;
  if (image !== undefined && !force) {
    const question = { text: `Remove ${image}?`, details: [`${image}: ${removal.recovery}.`] };
    if (!await host.ui.confirm(question)) throw new Aborted();
  }
  await remove(host, store, removal);
  return removal;
}
