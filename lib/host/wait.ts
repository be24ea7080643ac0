/**
 * Waiting for something that nobody announces.
 *
 * @module
 */

import { after, pause } from "./timer.ts";

/** How often something is looked at, and for how long. */
export interface Patience {
  readonly everyMs: number;
  readonly forMs: number;
}

/** Looks until the answer is yes. Whether it was, in the end. */
export async function until(
  check: () => boolean | Promise<boolean>,
  { everyMs, forMs }: Patience,
): Promise<boolean> {
  for (const began = Date.now();;) {
    if (await check()) return true;
    if (Date.now() - began >= forMs) return false;
    await pause(everyMs);
  }
}

/** Whether a promise settles, in whichever way, within so many milliseconds. */
export async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let cancel: (() => void) | undefined;
  const tooLate = new Promise<false>((resolve) => cancel = after(ms, () => resolve(false)));
  try {
    return await Promise.race([promise.then(() => true, () => true), tooLate]);
  } finally {
    cancel?.();
  }
}
