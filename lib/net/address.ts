/**
 * Which addresses are public. A box reaches others only where its user has named them: a name that is allowed may resolve to anything,
 * also to this machine, its network, or the metadata service of its cloud.
 *
 * What cannot be known here: a gateway from IPv6 to IPv4 with a prefix of the provider's own, and what a public address is forwarded to.
 *
 * Sources: IANA's special-purpose registries for IPv4 and IPv6, RFC 6890, RFC 6052, RFC 3056, RFC 4380.
 *
 * @module
 */

import { addressKey, parseV4, parseV6, v4Within } from "../host/ip_address.ts";

/** Special ranges of IPv4: address, length of the prefix. */
const SPECIAL_V4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.31.196.0", 24],
  ["192.52.193.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["192.175.48.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** Services of clouds that stand at public-looking addresses and answer whoever asks from inside. */
const METADATA_V4 = ["168.63.129.16", "100.100.100.200"];

/** Ranges of IPv6 within 2000::/3, the only public part, that are none; those that hold an IPv4 address are judged by it. */
const SPECIAL_V6: readonly (readonly [string, number])[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2620:4f:8000::", 48],
  ["3fff::", 20],
];

/** Whether an address may be reached under any name that is allowed. False for what is no address. */
export function isPublic(address: string): boolean {
  const v4 = parseV4(address);
  if (v4 !== undefined) return isPublicV4(v4);
  const v6 = parseV6(address);
  return v6 !== undefined && isPublicV6(v6);
}

function isPublicV4(address: number): boolean {
  return !SPECIAL_V4.some(([base, length]) => sameV4(address, parseV4(base)!, length)) &&
    !METADATA_V4.some((one) => parseV4(one) === address);
}

function isPublicV6(address: bigint): boolean {
  const inner = v4Within(address);
  if (inner !== undefined) return isPublicV4(inner);
  // Tunnels of ISATAP have an IPv4 address at the end.
  const end = address & 0xffffffffffffffffn;
  if ((end >> 32n & 0xfcffffffn) === 0x5efen && !isPublicV4(Number(end & 0xffffffffn))) return false;
  return address >> 125n === 1n &&
    !SPECIAL_V6.some(([base, length]) => {
      const by = BigInt(128 - length);
      return address >> by === parseV6(base)! >> by;
    });
}

function sameV4(a: number, b: number, length: number): boolean {
  const by = 2 ** (32 - length);
  return Math.floor(a / by) === Math.floor(b / by);
}

/** Of this machine's own addresses, whatever network they are of: what listens there may count on being asked from here alone. */
export function isOwn(address: string, own: readonly string[] = ownAddresses()): boolean {
  const key = addressKey(address);
  return own.some((one) => addressKey(one) === key);
}

function ownAddresses(): readonly string[] {
  return Deno.networkInterfaces().map(({ address }) => address);
}
