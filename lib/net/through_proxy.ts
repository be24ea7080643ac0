/**
 * A connection through an HTTP proxy: `CONNECT`. The proxy is the user's, and resolves the name.
 *
 * @module
 */

import { after } from "../host/timer.ts";
import { closeQuietly, type HalfClosing } from "../wire/relay.ts";
import type { HostName } from "../wire/host_name.ts";
import type { Proxy } from "./proxy.ts";

const PATIENCE_MS = 20_000;
/** Most bytes of a proxy's answer before the connection begins. */
const MAX_HEAD_BYTES = 16 * 1024;

/** What came of it. */
export interface Tunnel {
  readonly conn: HalfClosing;
  /** What the other side said at once. */
  readonly early: Uint8Array;
}

/** Connects to a port of a name. Rejects with words that hold nothing of the login. */
export async function throughProxy(
  proxy: Proxy,
  host: HostName,
  port: number,
  caCerts: readonly string[],
): Promise<Tunnel> {
  const giveUp = new AbortController();
  let conn: HalfClosing | undefined;
  const cancel = after(PATIENCE_MS, () => {
    giveUp.abort();
    if (conn) closeQuietly(conn);
  });
  try {
    conn = await connected(proxy, caCerts, giveUp.signal);
    await ask(conn, proxy, host, port);
    return { conn, early: await answered(conn) };
  } catch (error) {
    if (conn) closeQuietly(conn);
    if (giveUp.signal.aborted) throw new Error("the proxy did not answer in time");
    throw error;
  } finally {
    cancel();
  }
}

async function connected(
  { tls, hostname, port }: Proxy,
  caCerts: readonly string[],
  signal: AbortSignal,
): Promise<HalfClosing> {
  try {
    if (!tls) return await Deno.connect({ hostname, port, signal });
    const connecting = Deno.connectTls({ hostname, port, caCerts: [...caCerts] });
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const late = () => {
      reject(new Error("it did not answer in time"));
      connecting.then(closeQuietly, () => {});
    };
    signal.addEventListener("abort", late, { once: true });
    try {
      const conn = await Promise.race([connecting, aborted]);
      await Promise.race([conn.handshake(), aborted]);
      return conn;
    } finally {
      signal.removeEventListener("abort", late);
    }
  } catch (error) {
    throw new Error(`the proxy cannot be reached: ${error instanceof Error ? error.message : error}`);
  }
}

async function ask(conn: HalfClosing, { login }: Proxy, host: HostName, port: number): Promise<void> {
  // A host name of ours has no character that could end the line.
  const to = `${host}:${port}`;
  const lines = [
    `CONNECT ${to} HTTP/1.1`,
    `Host: ${to}`,
    ...(login === undefined ? [] : [`Proxy-Authorization: Basic ${base64(login)}`]),
    "",
    "",
  ];
  const bytes = new TextEncoder().encode(lines.join("\r\n"));
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** Reads the answer's head. What follows it is the other side's. */
async function answered(conn: HalfClosing): Promise<Uint8Array> {
  const bytes = new Uint8Array(MAX_HEAD_BYTES);
  for (let length = 0; length < bytes.length;) {
    const count = await conn.read(bytes.subarray(length));
    if (count === null) throw new Error("the proxy closed the connection");
    length += count;
    const text = String.fromCharCode(...bytes.subarray(0, length));
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) continue;
    const code = /^HTTP\/1\.[01] (\d{3})[ \r]/.exec(text)?.[1];
    if (code?.startsWith("2")) return bytes.slice(end + 4, length);
    if (code === "407") throw new Error("the proxy wants another login (407)");
    throw new Error(code === undefined ? "the proxy does not speak HTTP" : `the proxy answered ${code}`);
  }
  throw new Error("the proxy's answer is too long");
}
