/**
 * Connects to whichever of several addresses answers first (RFC 8305): the next one is tried beside the one before, so that a family
 * that does not work costs a moment and not seconds.
 *
 * @module
 */

import { after } from "../host/timer.ts";
import { closeQuietly } from "../wire/relay.ts";

/** After so long the next address is tried beside the one before. */
const STAGGER_MS = 250;
const PATIENCE_MS = 20_000;
/** Most addresses of a name that are tried. */
const MAX_ADDRESSES = 8;

/** Who won. */
export interface Won {
  readonly conn: Deno.TcpConn;
  readonly address: string;
}

/** Connects to an address of this port. */
type Connect = (address: string, port: number, signal: AbortSignal) => Promise<Deno.TcpConn>;

/** One of each family in turn, beginning with `first`: where one does not work, the other is tried early. */
export function interleaved(addresses: readonly string[], first: 4 | 6): string[] {
  const six = addresses.filter((one) => one.includes(":"));
  const four = addresses.filter((one) => !one.includes(":"));
  const [one, other] = first === 6 ? [six, four] : [four, six];
  return Array.from({ length: Math.max(one.length, other.length) }, (_, at) => [one[at], other[at]])
    .flat().filter((address) => address !== undefined);
}

/**
 * Tries the addresses, and those that come later. Rejects with the last failure when none answers. All attempts but the winner's are
 * ended.
 */
export async function race(
  addresses: readonly string[],
  port: number,
  later: Promise<readonly string[]> | undefined,
  connect: Connect = straight,
): Promise<Won> {
  const { promise, resolve, reject } = Promise.withResolvers<Won>();
  const giveUp = new AbortController();
  const queue = addresses.slice(0, MAX_ADDRESSES);
  let [next, open, more] = [0, 0, later !== undefined];
  let last: unknown = new Error("no address answered");
  let over = false;
  let cancelNext = () => {};
  const cancelAll = after(PATIENCE_MS, () => reject(new Error("it did not answer in time")));
  const tryNext = () => {
    cancelNext();
    cancelNext = () => {};
    if (over) return;
    const address = queue[next];
    if (address === undefined) {
      if (open === 0 && !more) reject(last);
      return;
    }
    next++;
    open++;
    if (next < queue.length || more) cancelNext = after(STAGGER_MS, tryNext);
    connect(address, port, giveUp.signal).then((conn) => {
      if (over) return closeQuietly(conn);
      over = true;
      resolve({ conn, address });
    }, (error) => {
      open--;
      last = error;
      tryNext();
    });
  };
  later?.catch(() => []).then((found) => {
    more = false;
    queue.push(...found.slice(0, MAX_ADDRESSES));
    if (next < queue.length || open === 0) tryNext();
  });
  tryNext();
  try {
    return await promise;
  } finally {
    over = true;
    cancelAll();
    cancelNext();
    giveUp.abort();
  }
}

function straight(address: string, port: number, signal: AbortSignal): Promise<Deno.TcpConn> {
  return Deno.connect({ hostname: address, port, signal });
}
