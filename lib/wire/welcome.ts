/**
 * How a caller learns that a steward will do what it asks for. Nothing is asked before, so whoever is not welcome may go another way.
 *
 * @module
 */

import type { FrameReader } from "./frame.ts";
import { nextMessage, WELCOME } from "./messages.ts";

/** Waits for it. False: no steward answers. `waits`: is given the number of calls under way, where those are as many as may be. */
export async function awaitWelcome(
  reader: FrameReader,
  waits: (calls: number) => void = () => {},
): Promise<boolean> {
  try {
    for (;;) {
      const welcome = await nextMessage(reader, WELCOME);
      if (!welcome) break;
      if ("steward" in welcome) return true;
      waits(welcome.waits);
    }
  } catch { /* as if there were none */ }
  return false;
}
