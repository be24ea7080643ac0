/**
 * Looks at the first bytes that a box sends on a connection, and lets none of them out that say they are meant for another host than
 * the one that was asked for. From then on it is out of the way.
 *
 * @module
 */

import { joined } from "../host/bytes.ts";
import { type HalfClosing, startingWith } from "../wire/relay.ts";
import { type HostName, hostName } from "../wire/host_name.ts";
import { readClientHello } from "./client_hello.ts";
import { readHttpHost } from "./http_host.ts";

/** What was asked for. */
export interface Meant {
  readonly host: HostName;
  readonly port: number;
}

const HTTP_PORT = 80;
const CHUNK_BYTES = 16 * 1024;
/** All that has come is read again with each piece: programs send a few, and none of a byte each is to take this machine's time. */
const MAX_PIECES = 2048;

/** What the first bytes come to: pass them, wait for more, or refuse them for the host that they name. */
export type Verdict = "pass" | "more" | { readonly named: string };

/** Judges the first bytes of a connection. */
export function judge(bytes: Uint8Array, { host, port }: Meant): Verdict {
  const hello = readClientHello(bytes);
  if (hello.kind === "more") return "more";
  if (hello.kind === "malformed") return { named: "" };
  if (hello.kind === "hello") return compare(hello.serverName, host);
  if (port !== HTTP_PORT) return "pass";
  const http = readHttpHost(bytes);
  if (http.kind === "more") return "more";
  if (http.kind === "malformed") return { named: "" };
  return compare(http.kind === "host" ? http.host : undefined, host);
}

function compare(named: string | undefined, host: HostName): Verdict {
  return named === undefined || hostName(named) === host ? "pass" : { named };
}

/**
 * The box's end of a connection, of which the first bytes are judged. `early`: bytes that were read from it already. `refused`:
 * called with the host they name, or nothing where that cannot be said; then reading fails.
 */
export function inspected(
  conn: HalfClosing,
  early: Uint8Array,
  meant: Meant,
  refused: (named: string) => void,
): HalfClosing {
  let first: Uint8Array = early.slice();
  let passed: HalfClosing | undefined;
  const gather = async () => {
    for (let pieces = 0;; pieces++) {
      const verdict = pieces > MAX_PIECES ? { named: "" } : judge(first, meant);
      if (verdict === "pass") break;
      if (verdict !== "more") {
        refused(verdict.named);
        throw new Error(`meant for ${verdict.named}`);
      }
      const buffer = new Uint8Array(CHUNK_BYTES);
      const count = await conn.read(buffer);
      if (count === null) break;
      first = joined(first, buffer.subarray(0, count));
    }
    passed = startingWith(first, conn);
    first = new Uint8Array(); // thousands of connections are to keep nothing
    return passed;
  };
  return {
    read: async (into) => await (passed ?? await gather()).read(into),
    write: (bytes) => conn.write(bytes),
    closeWrite: () => conn.closeWrite(),
    close: () => conn.close(),
  };
}
