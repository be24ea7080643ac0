/**
 * Removes a rig.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { planRigRemoval, removeRig as remove, type RigRemoval } from "../../rig/remove.ts";
import { rigStore } from "./store.ts";

/** What was removed, or would have been. */
export interface RemovedRig {
  readonly removal: RigRemoval;
  /** False: the answer was no. */
  readonly removed: boolean;
}

/**
 * Removes what a rig's name stands for. Asks first, saying whether it could be had again, unless `force` or only an entry is forgotten.
 * Throws `no-rig`.
 */
export async function removeRig(
  host: Host,
  word: string,
  { engine, force = false }: { readonly engine?: string | undefined; readonly force?: boolean } = {},
): Promise<RemovedRig> {
  const store = await rigStore(host, engine);
  const removal = await planRigRemoval(host, store, word);
  const what = removal.image ?? removal.containerfile;
  if (what !== undefined && !force) {
    const question = { text: `Remove ${what}?`, details: [`${what}: ${removal.recovery}.`] };
    if (!await host.ui.confirm(question)) return { removal, removed: false };
  }
  await remove(host, store, removal);
  return { removal, removed: true };
}
