/**
 * Takes what connects to a listener.
 *
 * @module
 */

import { debug } from "../host/log.ts";
import { pause } from "../host/timer.ts";

/** Where there is no file left to open, say: so long until the next try, in milliseconds. */
const BREATH_MS = 100;

/** Takes each connection, until `isClosed` says that the listener was closed. `who`: for what is logged. Never rejects. */
export async function acceptAll<C>(
  listener: { accept(): Promise<C> },
  who: string,
  isClosed: () => boolean,
  take: (conn: C) => void,
): Promise<void> {
  while (!isClosed()) {
    try {
      take(await listener.accept());
    } catch (error) {
      if (isClosed()) return;
      debug(() => `${who}: ${error}`);
      await pause(BREATH_MS);
    }
  }
}
