/**
 * Extended headers: what does not fit into 512 bytes, as lines `length key=value`.
 *
 * @module
 */

import { nameBytes } from "../host/tree/raw_name.ts";
import { BadHeader } from "./tar_header.ts";

/** Keys and values in the order they are written. */
export type PaxRecords = ReadonlyMap<string, Uint8Array>;

const EQUALS = 61;
const NEWLINE = 10;
const SPACE = 32;

/** The bytes of an extended header's content. */
export function encodePax(
  records: Iterable<readonly [string, string | Uint8Array]>,
): Uint8Array<ArrayBuffer> {
  const lines: Uint8Array[] = [];
  let total = 0;
  for (const [key, given] of records) {
    const value = typeof given === "string" ? nameBytes(given) : given;
    const length = lengthWithItself(key.length + value.length + 3);
    const line = new Uint8Array(length);
    const head = `${length} ${key}=`;
    for (let i = 0; i < head.length; i++) line[i] = head.charCodeAt(i);
    line.set(value, head.length);
    line[length - 1] = NEWLINE;
    lines.push(line);
    total += length;
  }
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const line of lines) {
    bytes.set(line, at);
    at += line.length;
  }
  return bytes;
}

/** The length of a line of which `rest` bytes are all but the digits of the length. */
function lengthWithItself(rest: number): number {
  let length = rest + 1;
  while (`${length}`.length + rest !== length) length = `${length}`.length + rest;
  return length;
}

/** Takes an extended header apart. Throws {@link BadHeader} on anything but sound lines, and on a key that comes twice. */
export function decodePax(bytes: Uint8Array): PaxRecords {
  const records = new Map<string, Uint8Array>();
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(SPACE, at);
    const digits = space < 0 || space - at > 6 ? "" : String.fromCharCode(...bytes.subarray(at, space));
    const length = /^[1-9][0-9]*$/.test(digits) ? Number(digits) : 0;
    const line = bytes.subarray(space + 1, at + length);
    const equals = line.indexOf(EQUALS);
    if (at + length > bytes.length || equals < 1 || line[line.length - 1] !== NEWLINE) {
      throw new BadHeader("an extended header is malformed");
    }
    const key = String.fromCharCode(...line.subarray(0, equals));
    if (records.has(key)) throw new BadHeader(`an extended header says ${JSON.stringify(key)} twice`);
    records.set(key, line.slice(equals + 1, -1));
    at += length;
  }
  return records;
}

/** An extended header that holds nothing but a time: what nearly every file has. */
export function encodePaxTime(ns: bigint): Uint8Array<ArrayBuffer> {
  const text = `mtime=${paxTime(ns)}\n`;
  const line = `${lengthWithItself(text.length + 1)} ${text}`;
  const bytes = new Uint8Array(line.length);
  for (let at = 0; at < line.length; at++) bytes[at] = line.charCodeAt(at);
  return bytes;
}

/** A time as pax has it: seconds and a fraction. */
export function paxTime(ns: bigint): string {
  const sign = ns < 0n ? "-" : "";
  const size = ns < 0n ? -ns : ns;
  const rest = Number(size % 1_000_000_000n);
  // Nine digits, without zeros at the end.
  let fraction = rest === 0 ? "" : `${1_000_000_000 + rest}`.slice(1);
  while (fraction.endsWith("0")) fraction = fraction.slice(0, -1);
  return `${sign}${size / 1_000_000_000n}${fraction === "" ? "" : `.${fraction}`}`;
}

/** A time of pax in nanoseconds; digits beyond those are dropped. */
export function parsePaxTime(text: string): bigint {
  const match = /^(-?)([0-9]{1,11})(?:\.([0-9]{0,100}))?$/.exec(text);
  if (!match) throw new BadHeader("a time is no number");
  const size = BigInt(match[2]!) * 1_000_000_000n + BigInt((match[3] ?? "").slice(0, 9).padEnd(9, "0"));
  return match[1] === "-" ? -size : size;
}

/** A whole number of pax. */
export function parsePaxNumber(text: string, what: string): number {
  const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value)) throw new BadHeader(`a ${what} is out of range`);
  return value;
}
