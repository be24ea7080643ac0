/**
 * Dialling out for a box: the name is resolved once, each address is judged, and exactly one that was judged is dialled.
 *
 * @module
 */

import { after } from "../host/timer.ts";
import { isPublic } from "./address.ts";
import type { HostName } from "../wire/host_name.ts";

/** After so long the next address is tried beside the one before (RFC 8305). */
const STAGGER_MS = 250;
const PATIENCE_MS = 20_000;
/** Most addresses of a name that are tried. */
const MAX_ADDRESSES = 8;

/** How names are resolved. */
export interface DialOptions {
  /** Addresses that the user has given names, whatever they are. */
  readonly pinned: ReadonlyMap<HostName, string>;
  /** The addresses of a name, best first. */
  readonly resolve: (name: HostName) => Promise<readonly string[]>;
}

/** What came of dialling. */
export type Dialled =
  | { readonly kind: "connected"; readonly conn: Deno.TcpConn; readonly address: string }
  /** All addresses of the name are private, and nobody has named them. */
  | { readonly kind: "private"; readonly addresses: readonly string[] }
  | { readonly kind: "unreachable"; readonly why: string };

/** Connects to a port of a name. Never rejects. */
export async function dial(name: HostName, port: number, { pinned, resolve }: DialOptions): Promise<Dialled> {
  const pin = pinned.get(name);
  let found: readonly string[];
  try {
    found = pin === undefined ? await resolve(name) : [pin];
  } catch (error) {
    return { kind: "unreachable", why: message(error) };
  }
  const addresses = interleaved(pin === undefined ? found.filter(isPublic) : found).slice(0, MAX_ADDRESSES);
  if (addresses.length === 0) {
    return found.length > 0
      ? { kind: "private", addresses: found }
      : { kind: "unreachable", why: "the name has no address" };
  }
  return await race(addresses, port);
}

/** One of each family in turn: where one does not work, the other is tried early. */
function interleaved(addresses: readonly string[]): string[] {
  const [six, four] = [
    addresses.filter((one) => one.includes(":")),
    addresses.filter((one) => !one.includes(":")),
  ];
  const [first, second] = addresses[0]?.includes(":") ? [six, four] : [four, six];
  return first.flatMap((one, at) => second[at] === undefined ? [one] : [one, second[at]]).concat(
    second.slice(first.length),
  );
}

async function race(addresses: readonly string[], port: number): Promise<Dialled> {
  const { promise, resolve } = Promise.withResolvers<Dialled>();
  const giveUp = new AbortController();
  let [next, open] = [0, 0];
  let last = "no address answered";
  let won = false;
  let cancelNext = () => {};
  const cancelAll = after(PATIENCE_MS, () => {
    giveUp.abort();
    resolve({ kind: "unreachable", why: "it did not answer in time" });
  });
  const tryNext = () => {
    const address = addresses[next++];
    if (won) return;
    if (address === undefined) {
      if (open === 0) resolve({ kind: "unreachable", why: last });
      return;
    }
    open++;
    cancelNext = next < addresses.length ? after(STAGGER_MS, tryNext) : () => {};
    Deno.connect({ hostname: address, port, signal: giveUp.signal }).then((conn) => {
      if (won || giveUp.signal.aborted) return conn.close();
      won = true;
      cancelNext();
      giveUp.abort();
      resolve({ kind: "connected", conn, address });
    }, (error) => {
      open--;
      last = message(error);
      if (won) return;
      cancelNext();
      tryNext();
    });
  };
  tryNext();
  try {
    return await promise;
  } finally {
    cancelAll();
    cancelNext();
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
