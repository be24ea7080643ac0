/**
 * Whether a person sits before a box: each process that connects a terminal to it has a lock, which the kernel lets go of with it. So
 * nothing that the box says counts, and nobody has to tidy up.
 *
 * @module
 */

import { attendedLock } from "../config/box_state.ts";
import { debug } from "../host/log.ts";

/** Says that a person is there, until it is disposed of. */
export function attend(state: string): Disposable {
  try {
    const file = Deno.openSync(attendedLock(state), { read: true, write: true, create: true, mode: 0o600 });
    // Who asks has it alone for a moment; then it waits for us.
    file.lockSync(false);
    return {
      [Symbol.dispose]: () => {
        // In so many words: a child that is being started at this moment still has the handle.
        file.unlockSync();
        file.close();
      },
    };
  } catch (error) {
    debug(() => `not attended: ${error}`);
    return { [Symbol.dispose]: () => {} };
  }
}

/** Whether a person is there. */
export function isAttended(state: string): boolean {
  try {
    using file = Deno.openSync(attendedLock(state), { read: true });
    if (!file.tryLockSync(true)) return true;
    file.unlockSync();
    return false;
  } catch {
    return false;
  }
}
