/**
 * The rigs there are, what is known of one, and whether rigs can be had here.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { diagnoseRigs } from "../../rig/diagnose.ts";
import { type RigInfo, rigInfo as infoOf } from "../../rig/info.ts";
import { listRigs as list, localRigImages, type RigListing } from "../../rig/list.ts";
import type { Check } from "../check.ts";
import { rigEngine, rigStore } from "./store.ts";

/** All rigs, in their three groups, and the one in use. Works without an engine. */
export async function listRigs(host: Host, engine?: string): Promise<RigListing> {
  return await list(host, (await rigEngine(host, engine))?.store);
}

/** Names of the rig images that are here. */
export async function rigImages(host: Host, engine?: string): Promise<readonly string[]> {
  return await localRigImages(await rigStore(host, engine));
}

/** What is known of one rig. Throws `no-rig` with the nearest one. */
export async function rigInfo(host: Host, word: string, engine?: string): Promise<RigInfo> {
  return await infoOf(host, await rigStore(host, engine), word);
}

/** Whether rigs can be had on this machine, and how. Finding something wrong is a result, not an error. */
export async function diagnoseRig(host: Host, engine?: string): Promise<readonly Check[]> {
  return await diagnoseRigs(host, await rigEngine(host, engine));
}
