/**
 * Gets what is published, bounded in size and in time. What comes is checked by a signature afterwards, whatever it came through.
 *
 * @module
 */

import { KanibakoError } from "../../../host/error.ts";
import { after } from "../../../host/timer.ts";

/** An answer must begin, and go on, within this. */
const PATIENCE_MS = 30_000;
/** The slowest line that is waited for, in bytes a millisecond: a server that gives a byte now and then would never end. */
const LEAST_RATE = 4;

/** How long all of an answer may take. */
function longestMs(maxBytes: number): number {
  return PATIENCE_MS + maxBytes / LEAST_RATE;
}

/** The content of an address. Throws `cannot-fetch`, also where it is larger than `maxBytes`. */
export async function fetchBytes(url: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(maxBytes);
  let at = 0;
  await fetchPieces(url, maxBytes, (piece) => {
    whole.set(piece, at);
    at += piece.length;
  });
  return whole.slice(0, at);
}

/** How an address is asked. */
export interface FetchOptions {
  /** How long all of it may take. */
  readonly wholeMs?: number;
  /** Ends the work. */
  readonly signal?: AbortSignal;
  /** Sends the request. [default: what follows redirects as browsers do] */
  readonly get?: (signal: AbortSignal) => Promise<Response>;
}

/** Hands over the content of an address piece by piece. Throws `cannot-fetch`, also where it is larger than `maxBytes`. */
export async function fetchPieces(
  url: string,
  maxBytes: number,
  take: (piece: Uint8Array) => void | Promise<void>,
  { wholeMs = longestMs(maxBytes), signal, get = (signal) => fetch(url, { signal }) }: FetchOptions = {},
): Promise<void> {
  const controller = new AbortController();
  const cancelled = () => controller.abort(signal?.reason);
  signal?.addEventListener("abort", cancelled, { once: true });
  if (signal?.aborted) cancelled();
  const cancelWhole = after(wholeMs, () => controller.abort(new Error("it comes too slowly")));
  let cancel = () => {};
  const waiting = () => {
    cancel();
    cancel = after(PATIENCE_MS, () => controller.abort(new Error(`no answer in ${PATIENCE_MS / 1000} s`)));
  };
  try {
    waiting();
    const response = await get(controller.signal);
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`the server answers ${response.status}`);
    }
    let bytes = 0;
    for await (const piece of response.body ?? []) {
      waiting();
      bytes += piece.length;
      if (bytes > maxBytes) throw new Error(`it is larger than the ${maxBytes} bytes that were expected`);
      await take(piece);
    }
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof KanibakoError) throw cause;
    const why = reason(cause);
    throw new KanibakoError("cannot-fetch", `Cannot get ${url}: ${why}`, {
      hint: "Check the connection, and HTTPS_PROXY where this machine needs a proxy.",
      cause,
    });
  } finally {
    signal?.removeEventListener("abort", cancelled);
    cancel();
    cancelWhole();
  }
}

/** What is wrong is said by the innermost error: "fetch failed" is no reason. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reason(error.cause) : error.message;
}
