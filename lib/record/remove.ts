/**
 * Removes a record, with its head.
 *
 * @module
 */

import type { Dirs } from "../host/dirs.ts";
import { FileLock } from "../host/store.ts";
import { headFile, recordFolder, recordLock } from "./places.ts";

/** Removes it. What happens later begins another one. */
export async function removeRecord(dirs: Pick<Dirs, "state">, box: string): Promise<void> {
  using _lock = await FileLock.acquire(recordLock(dirs, box));
  for (const path of [recordFolder(dirs, box), headFile(dirs, box)]) {
    await Deno.remove(path, { recursive: true }).catch((error: unknown) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
}
