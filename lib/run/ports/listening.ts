/**
 * What listens in a box, from what its kernel says there. All of it comes out of the box and is suspect: only numbers are taken from
 * it, and not many.
 *
 * @module
 */

/** A port of a box on which a program listens. */
export interface ListeningPort {
  readonly port: number;
  /** The addresses that it listens on, such as `127.0.0.1` or `::`. */
  readonly addresses: readonly string[];
  /** Whether it can be published: it is reached through the box's loopback. */
  readonly reachable: boolean;
}

const MAX_PORTS = 1000;
const MAX_ADDRESSES = 8;
/** `local_address`, `rem_address` and the state "listening" of a line of `/proc/net/tcp` or `tcp6`. */
const LINE = /^ *\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]{8,32}:[0-9A-F]{4} 0A /;

/** Reads `/proc/net/tcp` and `tcp6`, one behind the other. What is no line of theirs is passed over. */
export function listeningPorts(text: string): readonly ListeningPort[] {
  const found = new Map<number, string[]>();
  for (const line of text.split("\n")) {
    const [, hex, number] = LINE.exec(line) ?? [];
    if (hex === undefined || number === undefined) continue;
    const [address, port] = [addressOf(hex), parseInt(number, 16)];
    const addresses = found.get(port) ?? [];
    if (port === 0 || addresses.length === MAX_ADDRESSES || addresses.includes(address)) continue;
    if (!found.has(port) && found.size === MAX_PORTS) break;
    found.set(port, [...addresses, address]);
  }
  return [...found].sort(([a], [b]) => a - b).map(([port, addresses]) => ({
    port,
    addresses,
    reachable: addresses.some((address) => REACHED.includes(address)),
  }));
}

const REACHED = ["127.0.0.1", "0.0.0.0", "::", "::1"];

/** The kernel writes addresses in words of four bytes, as this machine keeps numbers: the last byte first. */
function addressOf(hex: string): string {
  const bytes = hex.match(/.{8}/g)!.flatMap((word) => word.match(/../g)!.reverse()).map((two) =>
    parseInt(two, 16)
  );
  const mapped = bytes.length === 16 && bytes.slice(0, 12).every((byte, at) => byte === (at < 10 ? 0 : 0xff));
  if (mapped || bytes.length === 4) return bytes.slice(-4).join(".");
  const groups = Array.from(
    { length: 8 },
    (_, at) => (bytes[2 * at]! << 8 | bytes[2 * at + 1]!).toString(16),
  );
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}
