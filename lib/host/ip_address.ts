/**
 * Addresses of IPv4 and IPv6 as numbers, read in their usual form only: what some program would read differently is none.
 *
 * @module
 */

/** An IPv4 address. `undefined` for anything else, also with leading zeros, fewer parts or in hexadecimal. */
export function parseV4(text: string): number | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let number = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    number = number * 256 + Number(part);
  }
  return number;
}

/** An IPv6 address without a zone. `undefined` for anything else. */
export function parseV6(text: string): bigint | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const v4 = dotted ? parseV4(dotted[2]!) : undefined;
  if (dotted && v4 === undefined) return undefined;
  const plain = dotted ? `${dotted[1]}${(v4! >>> 16).toString(16)}:${(v4! & 0xffff).toString(16)}` : text;
  const halves = plain.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => half === "" ? [] : half.split(":"));
  const missing = 8 - head!.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head!, ...Array(tail === undefined ? 0 : missing).fill("0"), ...tail ?? []];
  let number = 0n;
  for (const group of groups) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
    number = number << 16n | BigInt(parseInt(group, 16));
  }
  return number;
}

/** Whether it is an address of either kind. */
function isAddress(text: string): boolean {
  return parseV4(text) !== undefined || parseV6(text) !== undefined;
}

/** The addresses in a text, between spaces or commas. `undefined`: something in it is none. */
export function addressList(text: string): readonly string[] | undefined {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  return words.every(isAddress) ? words : undefined;
}

/** One text for each address, however it is written: an IPv4 address within one of IPv6 is the same. `undefined`: it is none. */
export function addressKey(text: string): string | undefined {
  const v4 = parseV4(text);
  if (v4 !== undefined) return String(v4);
  const v6 = parseV6(text);
  if (v6 === undefined) return undefined;
  const inner = v4Within(v6);
  return inner === undefined ? `6:${v6.toString(16)}` : String(inner);
}

/** The IPv4 address that one of IPv6 stands for: `::ffff:a.b.c.d` is it, `64:ff9b::/96` and `2002::/16` lead to it. */
export function v4Within(address: bigint): number | undefined {
  const last = Number(address & 0xffffffffn);
  if (address >> 32n === 0xffffn || address >> 32n === 0x64ff9b0000000000000000n) return last;
  return address >> 112n === 0x2002n ? Number((address >> 80n) & 0xffffffffn) : undefined;
}
