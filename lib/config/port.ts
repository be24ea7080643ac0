/**
 * A port that is published, as people write it: `[HOST:]PORT[:BOXPORT]`.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { parseV4, parseV6 } from "../host/ip_address.ts";
import type { PortMapping } from "../spec/box_spec.ts";

/** The loopback of this machine, of both address families. */
export const LOOPBACK = "localhost";

/** The last port there is. */
export const LAST_PORT = 65_535;

const USE =
  "Use PORT, PORT:BOXPORT or HOST:PORT:BOXPORT, such as 8080:80. HOST is an address of this machine; IPv6 in brackets.";

/** Reads it. Throws `bad-port` with what is wrong with it. */
export function parsePort(text: string): PortMapping {
  const read = readPort(text);
  if (typeof read !== "string") return read;
  throw new KanibakoError("bad-port", `Cannot publish ${JSON.stringify(text)}: ${read}.`, { hint: USE });
}

/** What is wrong with a text as a port to publish; `undefined`: nothing. */
export function portProblem(text: string): string | undefined {
  const read = readPort(text);
  return typeof read === "string" ? read : undefined;
}

/** What is wrong with several together: no two may be for one port of this machine. */
export function portsProblem(texts: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (const text of texts) {
    const read = readPort(text);
    if (typeof read === "string") return `${JSON.stringify(text)}: ${read}`;
    const place = placeText(read);
    if (seen.has(place)) return `${place} is given twice`;
    seen.add(place);
  }
  return undefined;
}

/** The form in which it is kept and shown, which {@link parsePort} reads back. */
export function portText(mapping: PortMapping): string {
  const { host, port, boxPort } = mapping;
  const here = host === LOOPBACK ? `${port}` : placeText(mapping);
  return port === boxPort ? here : `${here}:${boxPort}`;
}

/** The place on this machine: `localhost:8080`, `[::1]:8080`. */
export function placeText({ host, port }: Pick<PortMapping, "host" | "port">): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** A port number, as text or as a number; `undefined` for what is none. */
export function portNumber(text: string): number | undefined {
  const port = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= LAST_PORT ? port : undefined;
}

function readPort(text: string): PortMapping | string {
  const bracketed = /^\[([^\]]*)\]:(.*)$/.exec(text);
  const words = bracketed ? [bracketed[1]!, ...bracketed[2]!.split(":")] : text.split(":");
  const named = bracketed !== null || words.length > 2 || (words.length === 2 && !/^\d*$/.test(words[0]!));
  const host = named ? words.shift()! : LOOPBACK;
  if (!bracketed && text.startsWith("[")) return "a port is missing behind the address";
  if (words.length > 2) {
    return /^[0-9a-f:.]+$/i.test(text)
      ? "an IPv6 address needs brackets, as in [::1]:8080"
      : "too many colons";
  }
  const address = bracketed ? ipv6(host) : host === LOOPBACK ? host : ipv4(host);
  if (address === undefined) return hostProblem(host);
  const [port, boxPort = port] = words.map(portNumber);
  const bad = words.find((word) => portNumber(word) === undefined);
  if (bad !== undefined || port === undefined || boxPort === undefined) return numberProblem(bad ?? "");
  return { host: address, port, boxPort };
}

/** The address of a published port for a browser of this machine. */
export function urlOf({ host, port }: Pick<PortMapping, "host" | "port">): string {
  return `http://${placeText({ host: ["0.0.0.0", "::"].includes(host) ? LOOPBACK : host, port })}`;
}

function numberProblem(word: string): string {
  if (/^\d+-\d+$/.test(word)) return "ranges are not supported; give each port";
  if (/^\d+\/\w+$/.test(word)) return "ports are always TCP; leave out what follows the slash";
  if (word === "") return "a port is missing";
  if (/^0+$/.test(word)) return "port 0 cannot be published";
  if (/^\d+$/.test(word)) return `${word.slice(0, 12)} is no port; ports are 1 to ${LAST_PORT}`;
  return `${JSON.stringify(word)} is no port`;
}

function hostProblem(host: string): string {
  if (host === "") return "a host is missing";
  if (/^[\d.]+$/.test(host)) return `${host} is no IPv4 address`;
  return /^[a-z]/i.test(host) && !host.includes(":")
    ? `${JSON.stringify(host)} is a name; give an address of this machine, or localhost`
    : `${JSON.stringify(host)} is no IP address`;
}

function ipv4(text: string): string | undefined {
  return parseV4(text) === undefined ? undefined : text;
}

/** In the one form that URLs have. */
function ipv6(text: string): string | undefined {
  return parseV6(text) === undefined ? undefined : new URL(`http://[${text}]`).hostname.slice(1, -1);
}
