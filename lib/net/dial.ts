/**
 * Dialling out for a box: the name is resolved once, each address is judged, and exactly one that was judged is dialled. Whether the
 * name may be reached at all has been decided before.
 *
 * @module
 */

import type { HalfClosing } from "../wire/relay.ts";
import type { HostName } from "../wire/host_name.ts";
import { isOwn, isPublic } from "./address.ts";
import type { Proxy } from "./proxy.ts";
import { interleaved, race } from "./race.ts";
import type { Resolve } from "./resolve.ts";
import { HOST_NAME } from "./rule.ts";
import { throughProxy } from "./through_proxy.ts";

const LOOPBACK = ["127.0.0.1", "::1"];

/** How names are found. */
export interface DialOptions {
  /** Addresses that the user has given names, whatever they are. They are dialled straight. */
  readonly pinned: ReadonlyMap<HostName, readonly string[]>;
  readonly resolve: Resolve;
  /** The proxy to go through; `undefined`: none. Throws where there is one that cannot be used. */
  readonly proxy?: (host: HostName, port: number) => Proxy | undefined;
  /** Certificates that are trusted beside the usual ones, as PEM. */
  readonly caCerts?: readonly string[];
  /** The family that is tried first. */
  readonly first?: 4 | 6;
}

/** What came of dialling. */
export type Dialled =
  | {
    readonly kind: "connected";
    readonly conn: HalfClosing;
    /** `proxy` where a proxy has resolved the name. */
    readonly address: string;
    /** What the other side has said already. */
    readonly early: Uint8Array;
  }
  /** All addresses of the name are private, or of this machine, and nobody has named them. */
  | { readonly kind: "private"; readonly addresses: readonly string[] }
  | { readonly kind: "unreachable"; readonly why: string };

/** Connects to a port of a name. Never rejects. */
export async function dial(host: HostName, port: number, options: DialOptions): Promise<Dialled> {
  try {
    const pinned = options.pinned.get(host) ?? (host === HOST_NAME ? LOOPBACK : undefined);
    if (pinned) return await straight(interleaved(pinned, options.first ?? 6), port, undefined);
    const proxy = options.proxy?.(host, port);
    if (proxy) {
      const tunnel = await throughProxy(proxy, host, port, options.caCerts ?? []);
      return { kind: "connected", address: "proxy", ...tunnel };
    }
    const { now, later } = await options.resolve(host);
    const judged = later?.then((addresses) => addresses.filter(mayBeDialled));
    const addresses = interleaved(now.filter(mayBeDialled), options.first ?? 6);
    if (addresses.length === 0 && !(await judged)?.length) {
      const found = [...now, ...await later ?? []];
      return found.length > 0
        ? { kind: "private", addresses: found }
        : { kind: "unreachable", why: "the name has no address" };
    }
    return await straight(addresses, port, judged);
  } catch (error) {
    return { kind: "unreachable", why: error instanceof Error ? error.message : String(error) };
  }
}

function mayBeDialled(address: string): boolean {
  return isPublic(address) && !isOwn(address);
}

async function straight(
  addresses: readonly string[],
  port: number,
  later: Promise<readonly string[]> | undefined,
): Promise<Dialled> {
  const { conn, address } = await race(addresses, port, later);
  conn.setNoDelay();
  conn.setKeepAlive();
  return { kind: "connected", conn, address, early: new Uint8Array() };
}
