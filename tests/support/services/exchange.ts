/**
 * One request and its answer.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from "node:http";

/** Nothing an agent asks in a test is larger. */
const MAX_BODY = 32 * 1024 * 1024;

/** A request that was read whole. */
export interface Request {
  readonly method: string;
  /** The host that it was sent to, without a port. */
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** What a service answers. A `stream` is sent as events, each at once. */
export type Answer =
  | { readonly status?: number; readonly json: unknown }
  | { readonly stream: Iterable<SentEvent>; readonly waitMs: number };

/** One event of a stream. */
export interface SentEvent {
  readonly event?: string;
  readonly data: unknown;
}

/** Reads a request. */
export async function readRequest(request: IncomingMessage): Promise<Request> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_BODY) throw new Error("too large");
    chunks.push(chunk);
  }
  const whole = new Uint8Array(bytes);
  chunks.reduce((at, chunk) => (whole.set(chunk, at), at + chunk.length), 0);
  const url = new URL(request.url ?? "/", "http://service");
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value);
  return {
    method: request.method ?? "GET",
    host: (headers.host ?? "").replace(/:\d+$/, ""),
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: new TextDecoder().decode(whole),
  };
}

/** Sends an answer. */
export async function send(response: ServerResponse, answer: Answer): Promise<void> {
  if ("json" in answer) {
    response.writeHead(answer.status ?? 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer.json));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  if (answer.waitMs > 0) await pause(answer.waitMs);
  for (const { event, data } of answer.stream) {
    const text = typeof data === "string" ? data : JSON.stringify(data);
    response.write(`${event === undefined ? "" : `event: ${event}\n`}data: ${text}\n\n`);
  }
  response.end();
}

/** Waits. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Text in the pieces in which a service streams it. */
export function pieces(text: string): string[] {
  return text.match(/[^]{1,12}/g) ?? [""];
}

let numbers = 0;
/** An id that was not used before. */
export function newId(prefix: string): string {
  return `${prefix}${Date.now().toString(36)}${(numbers++).toString(36).padStart(4, "0")}`;
}
