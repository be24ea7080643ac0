/**
 * One lock for all that makes images: they share their bases, and the folders in which they are made are swept.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { FileLock } from "../host/store.ts";
import type { Progress } from "../spec/ui.ts";

/** Takes it, and says so where somebody else has it. */
export async function rigsLock(
  { host, progress }: { readonly host: Host; readonly progress: Progress },
): Promise<FileLock> {
  const path = `${host.dirs.state}/rigs.lock`;
  const lock = await FileLock.tryAcquire(path);
  if (lock) return lock;
  progress.step("Waiting for another kanibako process that prepares a rig");
  return await FileLock.acquire(path);
}
