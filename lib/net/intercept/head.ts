/**
 * The heads of requests and answers of HTTP/1.1. What two readers could read differently is no head at all, so that what is judged here
 * is what the other side will see; and it is written again from what was read.
 *
 * Sources: RFC 9110 (fields, methods), RFC 9112 (messages).
 *
 * @module
 */

import { type HostName, hostName } from "../../wire/host_name.ts";
import { BadMessage, type Field, fieldOf, headLines, TOKEN, VALUE } from "./head_lines.ts";
import { bytesOf, type Source } from "./source.ts";

export { BadMessage, type Field } from "./head_lines.ts";

/** How the body that follows a head is delimited. */
export type Framing =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly bytes: number }
  | { readonly kind: "chunked" }
  /** It lasts as long as the connection; of answers only. */
  | { readonly kind: "rest" };

/** The head of a request. */
export interface RequestHead {
  readonly method: string;
  /** The path. */
  readonly path: string;
  /** What stands after the `?`; `undefined` where there is none. */
  readonly query: string | undefined;
  readonly fields: readonly Field[];
  readonly framing: Framing;
  /** Whether the other side may speak another protocol from then on: a web socket. */
  readonly upgrades: boolean;
  /** Whether no request follows it. */
  readonly last: boolean;
}

/** The head of an answer. */
export interface ResponseHead {
  readonly status: number;
  /** The first line. */
  readonly line: string;
  readonly fields: readonly Field[];
  readonly framing: Framing;
  readonly last: boolean;
}

const TARGET = /^[\x21-\x7e]+$/;

/** Fields that are between a client and the first to read them, and are not passed on. */
const HOP_FIELDS = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authorization",
  "te",
  "trailer",
  "upgrade",
  "http2-settings",
]);
const WEB_SOCKET: readonly Field[] = [
  { name: "Connection", value: "Upgrade" },
  { name: "Upgrade", value: "websocket" },
];
const CLOSE: Field = { name: "Connection", value: "close" };

/** Reads the head of a request that was sent to `host`; `undefined`: none follows. Throws {@link BadMessage}. */
export async function readRequest(
  source: Source,
  meant: { readonly host: HostName; readonly port: number },
): Promise<RequestHead | undefined> {
  const lines = await headLines(source);
  if (!lines) return undefined;
  const [method, target, version, ...more] = lines[0]!.split(" ");
  if (more.length > 0 || !TOKEN.test(method!) || !TARGET.test(target ?? "")) {
    throw new BadMessage("this is no request");
  }
  // What answers a request of HTTP/1.0 could be in a form that its sender cannot read.
  if (version !== "HTTP/1.1") throw new BadMessage("this is not HTTP/1.1", 505);
  if (method === "CONNECT") throw new BadMessage("connections through this connection are not possible", 405);
  const fields = lines.slice(1).map(fieldOf);
  const hosts = valuesOf(fields, "host");
  if (hosts.length !== 1) throw new BadMessage("it names no host, or two");
  if (!isMeant(hosts[0]!, meant)) throw new BadMessage(`it is meant for ${hosts[0]}`, 421);
  const framing = framingOf(fields, "1") ?? { kind: "none" as const };
  const upgrades = framing.kind === "none" && asksForWebSocket(fields);
  const last = has(fields, "connection", "close");
  const passed = fields.filter(({ name }) => !HOP_FIELDS.has(name.toLowerCase()));
  return {
    method: method!,
    ...placeOf(target!, meant),
    // A field that is named in Connection is dropped by whoever reads it next, the length of the body included. And of several protocols
    // the host could choose one in which further requests are.
    fields: [...passed, ...last ? [CLOSE] : [], ...upgrades ? WEB_SOCKET : []],
    framing,
    upgrades,
    last,
  };
}

/** Reads the head of the answer to a request of this method. Throws {@link BadMessage}, also where there is none. */
export async function readResponse(source: Source, method: string): Promise<ResponseHead> {
  const lines = await headLines(source);
  if (!lines) throw new BadMessage("the host closed the connection", 502);
  const match = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: (.*))?$/.exec(lines[0]!);
  if (!match || !VALUE.test(lines[0]!)) throw new BadMessage("the host does not speak HTTP/1.1", 502);
  const [, minor, code] = match;
  const status = Number(code);
  const fields = lines.slice(1).map(fieldOf);
  const bodiless = method === "HEAD" || status < 200 || status === 204 || status === 304;
  // It is read for its faults also where no body follows.
  const said = framingOf(fields, minor!);
  const framing: Framing = bodiless ? { kind: "none" } : said ?? { kind: "rest" };
  return {
    status,
    line: lines[0]!,
    fields,
    framing,
    last: framing.kind === "rest" || minor === "0" || has(fields, "connection", "close"),
  };
}

/** A request as it is sent on. */
export function requestBytes({ method, path, query, fields }: RequestHead): Uint8Array<ArrayBuffer> {
  return headBytes(`${method} ${path}${query === undefined ? "" : `?${query}`} HTTP/1.1`, fields);
}

/** An answer as it is sent on. */
export function responseBytes({ line, fields }: ResponseHead): Uint8Array<ArrayBuffer> {
  return headBytes(line, fields);
}

function headBytes(first: string, fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  return bytesOf([first, ...fields.map(({ name, value }) => `${name}: ${value}`), "", ""].join("\r\n"));
}

/** The values of a field, in their order. */
export function valuesOf(fields: readonly Field[], wanted: string): readonly string[] {
  return fields.flatMap(({ name, value }) => name.toLowerCase() === wanted ? [value] : []);
}

/** The fields with one of them set to a value, which replaces all that were there. */
export function withField(fields: readonly Field[], name: string, value: string): readonly Field[] {
  return [...fields.filter((one) => one.name.toLowerCase() !== name.toLowerCase()), { name, value }];
}

function framingOf(fields: readonly Field[], minor: string): Framing | undefined {
  const lengths = valuesOf(fields, "content-length");
  const codings = valuesOf(fields, "transfer-encoding");
  if (codings.length > 0) {
    if (lengths.length > 0) throw new BadMessage("it has both Content-Length and Transfer-Encoding");
    if (minor === "0" || codings.length > 1 || codings[0]!.toLowerCase() !== "chunked") {
      throw new BadMessage("it is encoded in a way that is not chunked");
    }
    return { kind: "chunked" };
  }
  if (lengths.length === 0) return undefined;
  if (lengths.length > 1 || !/^\d{1,15}$/.test(lengths[0]!)) {
    throw new BadMessage("its length cannot be read");
  }
  return { kind: "length", bytes: Number(lengths[0]) };
}

/** Whether the other side is asked to speak the protocol of web sockets, or in an answer says that it does. */
export function asksForWebSocket(fields: readonly Field[]): boolean {
  return has(fields, "connection", "upgrade") && has(fields, "upgrade", "websocket");
}

/** Whether a list in a field has a word. */
function has(fields: readonly Field[], name: string, word: string): boolean {
  return valuesOf(fields, name).some((value) =>
    value.toLowerCase().split(",").some((one) => one.trim() === word)
  );
}

interface Meant {
  readonly host: HostName;
  readonly port: number;
}

function isMeant(text: string, { host, port }: Meant): boolean {
  const match = /^(.*?)(?::(\d{1,5}))?$/.exec(text)!;
  return hostName(match[1]!) === host && (match[2] === undefined || Number(match[2]) === port);
}

function placeOf(target: string, meant: Meant): { path: string; query: string | undefined } {
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(target);
  if (absolute && !isMeant(absolute[1]!, meant)) throw new BadMessage(`it is meant for ${absolute[1]}`, 421);
  const place = absolute ? absolute[2] || "/" : target;
  if (place.includes("#") || !place.startsWith("/") && place !== "*") {
    throw new BadMessage("its target is no path");
  }
  const mark = place.indexOf("?");
  return mark < 0
    ? { path: place, query: undefined }
    : { path: place.slice(0, mark), query: place.slice(mark + 1) };
}
