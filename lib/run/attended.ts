/**
 * Whether a person sits before a box: each process that connects a terminal to it has a lock, which the kernel lets go of with it. So
 * nothing that the box says counts, and nobody has to tidy up.
 *
 * @module
 */

import { attendedLock, besideLock } from "../config/box_state.ts";
import { debug } from "../host/log.ts";

/** Says that a person is there, until it is disposed of. `beside`: with a shell of their own beside the session. */
export function attend(state: string, beside = false): Disposable {
  const there = share(attendedLock(state));
  const shell = beside ? share(besideLock(state)) : undefined;
  return {
    [Symbol.dispose]: () => {
      there();
      shell?.();
    },
  };
}

/** Whether a person is there. */
export function isAttended(state: string): boolean {
  return isShared(attendedLock(state));
}

/** Whether somebody has a shell open beside the session. */
export function hasShellBeside(state: string): boolean {
  return isShared(besideLock(state));
}

/** Shares a lock; what is returned lets go of it. */
function share(path: string): () => void {
  try {
    const file = Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 });
    // Who asks has it alone for a moment; then it waits for us.
    file.lockSync(false);
    return () => {
      // In so many words: a child that is being started at this moment still has the handle.
      file.unlockSync();
      file.close();
    };
  } catch (error) {
    debug(() => `not attended: ${error}`);
    return () => {};
  }
}

function isShared(path: string): boolean {
  try {
    using file = Deno.openSync(path, { read: true });
    if (!file.tryLockSync(true)) return true;
    file.unlockSync();
    return false;
  } catch {
    return false;
  }
}
