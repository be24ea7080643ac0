/**
 * What a host says after the protocol has changed, with values covered in it at the same length: what is not HTTP any more is passed on
 * as it comes.
 *
 * @module
 */

import { pause } from "../../host/timer.ts";
import type { HalfClosing } from "../../wire/relay.ts";
import type { StreamReplacer } from "./replace.ts";
import type { Source } from "./source.ts";

/** How long the end of what came waits for more, where it may be the beginning of a value: the box may wait for just that. */
const WAIT_MS = 20;

/** A connection of which values are covered, with what was read of it already. From then on nobody else reads. */
export function coveredStream(source: Source, conn: HalfClosing, replacer: StreamReplacer): HalfClosing {
  const following = source.following(conn);
  let ready: Uint8Array = new Uint8Array();
  let ended = false;
  const next = async () => {
    const coming = source.stirs();
    const more = replacer.isWaiting
      ? await Promise.race([coming, pause(WAIT_MS).then(() => "late")])
      : await coming;
    const piece = more === true ? source.take(Infinity) : undefined;
    ended = more === false;
    return piece ? replacer.push(piece) : replacer.end();
  };
  return {
    ...following,
    read: async (into) => {
      while (ready.length === 0 && !ended) ready = await next();
      if (ready.length === 0) return null;
      const count = Math.min(ready.length, into.length);
      into.set(ready.subarray(0, count));
      ready = ready.subarray(count);
      return count;
    },
  };
}
