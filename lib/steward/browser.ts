/**
 * Where programs of the box find the browser beside it: on one port of the box's loopback, at one address that is known before there
 * is a browser. A connection waits until it is up. Bytes are passed on as they are, but for the first line of a request for that
 * address: the browser calls itself something else each time it starts.
 *
 * @module
 */

import { joined } from "../host/bytes.ts";
import { debug } from "../host/log.ts";
import { after, pause } from "../host/timer.ts";
import { BROWSER_PATH } from "../spec/box_paths.ts";
import { acceptAll } from "../wire/accept.ts";
import { closeQuietly, type HalfClosing, relay, startingWith } from "../wire/relay.ts";

const LOOPBACK = "127.0.0.1";
/** Most bytes of the head of a request. */
const HEAD_BYTES = 16 * 1024;
/** Most bytes of an answer in which the browser says what it calls itself. */
const VERSION_BYTES = 64 * 1024;
const SAYING_BYTES = 4096;
/** How long a head may take, and how long a browser. */
const HEAD_MS = 10_000;
const UP_MS = 40_000;
/** It may have been killed since. */
const ASK_AGAIN_MS = 5000;
const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 500;
/** One that was killed may still be ending. */
const TRIES = 20;
const AGAIN_MS = 50;

/** Where it stands. */
export interface BrowserOptions {
  /** The host's socket. */
  readonly socket: string;
  /** The port on which it listens. */
  readonly port: number;
  /** The port of the browser. */
  readonly browser: number;
  /** How long a browser may take to come up, in milliseconds. */
  readonly upMs?: number;
}

/** Listens until it is disposed of. Rejects, in words, where it cannot. */
export async function openBrowser(options: BrowserOptions): Promise<Disposable> {
  for (let tries = 1;; tries++) {
    try {
      return new Listening(Deno.listen({ hostname: LOOPBACK, port: options.port }), options);
    } catch (error) {
      if (tries === TRIES || !(error instanceof Deno.errors.AddrInUse)) {
        throw new Error(`cannot listen for the browser on port ${options.port}: ${(error as Error).message}`);
      }
      await pause(AGAIN_MS);
    }
  }
}

class Listening implements Disposable {
  readonly #listener: Deno.TcpListener;
  readonly #options: BrowserOptions;
  #closed = false;

  constructor(listener: Deno.TcpListener, options: BrowserOptions) {
    this.#listener = listener;
    this.#options = options;
    void acceptAll(listener, "browser", () => this.#closed, (conn) => this.#take(conn));
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    closeQuietly(this.#listener);
  }

  #take(conn: Deno.TcpConn): void {
    void serve(conn, this.#options)
      .catch((error: unknown) => debug(() => `browser: ${error}`))
      .finally(() => closeQuietly(conn));
  }
}

async function serve(conn: Deno.TcpConn, options: BrowserOptions): Promise<void> {
  conn.setNoDelay(true);
  const cancel = after(HEAD_MS, () => closeQuietly(conn));
  const head = await readHead(conn).finally(cancel);
  if (!head) return;
  // A page never is the program that steers its browser.
  if (/^origin:/im.test(head.text)) return await refuse(conn, 403, "A page cannot steer the browser.");
  let inside: Deno.TcpConn;
  let text = head.text;
  try {
    inside = await connected(options);
    if (text.startsWith(`GET ${BROWSER_PATH} `)) {
      const path = await ownPath(options.browser).catch((error: unknown) => {
        closeQuietly(inside);
        throw error;
      });
      text = text.replace(BROWSER_PATH, path);
    }
  } catch (error) {
    return await refuse(conn, 503, `There is no browser: ${error instanceof Error ? error.message : error}`);
  }
  inside.setNoDelay(true);
  await relay(startingWith(joined(new TextEncoder().encode(text), head.rest), conn), inside);
}

/** A connection to the browser, which is asked for where it is not there. Throws why there is none. */
async function connected({ socket, browser, upMs = UP_MS }: BrowserOptions): Promise<Deno.TcpConn> {
  const until = Date.now() + upMs;
  let waitMs = FIRST_WAIT_MS;
  let askAt = 0;
  for (;;) {
    try {
      return await Deno.connect({ hostname: LOOPBACK, port: browser });
    } catch (error) {
      if (Date.now() > until) throw new Error("it does not come up", { cause: error });
    }
    if (Date.now() >= askAt) {
      const said = await ask(socket);
      if (said !== "ready") throw new Error(said.replace(/^no: /, "") || "nobody starts it");
      askAt = Date.now() + ASK_AGAIN_MS;
    }
    await pause(waitMs);
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
  }
}

/** Asks the host for the browser; its answer. */
async function ask(socket: string): Promise<string> {
  const host = await Deno.connect({ transport: "unix", path: socket });
  const cancel = after(UP_MS, () => closeQuietly(host));
  try {
    return (await readAll(host, SAYING_BYTES)).trim();
  } finally {
    cancel();
    closeQuietly(host);
  }
}

/** The path that the browser answers at. */
async function ownPath(port: number): Promise<string> {
  const conn = await Deno.connect({ hostname: LOOPBACK, port });
  const cancel = after(HEAD_MS, () => closeQuietly(conn));
  try {
    const request = `GET /json/version HTTP/1.1\r\nHost: ${LOOPBACK}:${port}\r\nConnection: close\r\n\r\n`;
    await write(conn, new TextEncoder().encode(request));
    const answer = await readVersion(conn);
    const path = /"webSocketDebuggerUrl":\s*"ws:\/\/[^/"]+(\/devtools\/browser\/[\w-]+)"/.exec(answer)?.[1];
    if (path === undefined) throw new Error("it does not say where it answers");
    return path;
  } finally {
    cancel();
    closeQuietly(conn);
  }
}

/** What it says, as far as that is needed: not every browser ends the connection. */
async function readVersion(conn: HalfClosing): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(4096);
  while (text.length < VERSION_BYTES && !/"webSocketDebuggerUrl":\s*"[^"]*"/.test(text)) {
    const count = await conn.read(buffer);
    if (count === null) break;
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
  }
  return text;
}

async function readAll(conn: Deno.Conn, most: number): Promise<string> {
  let text = "";
  const buffer = new Uint8Array(most);
  while (text.length < most) {
    const count = await conn.read(buffer);
    if (count === null) break;
    text += new TextDecoder().decode(buffer.subarray(0, count));
  }
  return text;
}

/** The head of a request and what followed it; `undefined` for what is none. */
async function readHead(conn: HalfClosing): Promise<{ text: string; rest: Uint8Array } | undefined> {
  let bytes = new Uint8Array();
  const buffer = new Uint8Array(4096);
  while (bytes.length < HEAD_BYTES) {
    const count = await conn.read(buffer);
    if (count === null) return undefined;
    bytes = joined(bytes, buffer.subarray(0, count));
    const text = new TextDecoder("latin1").decode(bytes);
    const end = text.indexOf("\r\n\r\n");
    if (end >= 0 && isAscii(bytes.subarray(0, end))) {
      return { text: text.slice(0, end + 4), rest: bytes.slice(end + 4) };
    }
    if (end >= 0) return undefined;
  }
  return undefined;
}

function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80);
}

async function refuse(conn: HalfClosing, status: number, why: string): Promise<void> {
  const text = `${why}\n`;
  const head = `HTTP/1.1 ${status} ${status === 403 ? "Forbidden" : "Service Unavailable"}\r\n` +
    `Content-Type: text/plain\r\nContent-Length: ${
      new TextEncoder().encode(text).length
    }\r\nConnection: close\r\n\r\n`;
  await write(conn, new TextEncoder().encode(head + text));
  await conn.closeWrite();
}

async function write(conn: HalfClosing, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}
