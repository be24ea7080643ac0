/**
 * Waiting for a change in a folder of state.
 *
 * @module
 */

import { after } from "../../host/timer.ts";

/** Resolves when something in the folder changes, when it is gone, when the time is over or the signal fires, whichever is first. */
export async function changed(folder: string, signal: AbortSignal, mostMs: number): Promise<void> {
  let watcher: Deno.FsWatcher;
  try {
    watcher = Deno.watchFs(folder, { recursive: false });
  } catch {
    return; // gone, or so many are watched that the system refuses more: whoever waits looks again
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = after(mostMs, resolve);
  signal.addEventListener("abort", () => resolve(), { once: true });
  try {
    await Promise.race([promise, watcher[Symbol.asyncIterator]().next()]);
  } finally {
    cancel();
    resolve();
    watcher.close();
  }
}
