/**
 * The file in which a hub keeps its helpers. Only the hub writes it; everybody on this host may look.
 *
 * @module
 */

import { helpersRecord } from "../config/box_state.ts";
import { readJson, writeJson } from "../host/store.ts";
import { type Helper, HELPERS } from "./record.ts";

/** The helpers of a box; none where it has had none. Throws `bad-file`. */
export async function readHelpers(state: string): Promise<readonly Helper[]> {
  return (await readJson(helpersRecord(state), HELPERS))?.helpers ?? [];
}

/** Keeps them. */
export async function writeHelpers(state: string, helpers: readonly Helper[]): Promise<void> {
  await writeJson(helpersRecord(state), { helpers });
}
