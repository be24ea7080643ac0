/**
 * An entry of a box's record: one line of canonical JSON, which has the hash of the line before it. So nothing in the middle can be
 * changed, left out or put in without all that follows being made again.
 *
 * @module
 */

import canonicalize from "canonicalize";
import {
  check,
  integer,
  matching,
  type Of,
  oneOf,
  optional,
  shape,
  tableOf,
  text,
} from "../host/light_schema.ts";
import { sha256 } from "../host/sha256.ts";

/** The hash before the first entry of a record. */
export const GENESIS = "0".repeat(64);
/** Most characters of one value. */
export const MOST_TEXT = 4096;
/** Most bytes of a line: with all the values there are. */
export const MOST_LINE = 256 * 1024;

const HASH = matching(/^[0-9a-f]{64}$/, "expected a SHA-256");
const VALUE = check<string | number | boolean>(
  "expected a text, a number, true or false",
  (value) => ["string", "boolean"].includes(typeof value) || Number.isFinite(value),
);

/** An entry as it is kept. */
const ENTRY = shape({
  v: check<1>("an entry that this version cannot read", (value) => value === 1),
  /** From 1 on, without a gap. */
  seq: integer,
  /** ISO 8601, in UTC, with milliseconds. */
  at: text,
  /** The box's id. */
  box: text,
  run: optional(text),
  kind: text,
  /** Who says so: `host`, which saw it; `box`, whose word it is. */
  by: oneOf("host", "box"),
  data: tableOf(VALUE),
  prev: HASH,
  hash: HASH,
});

export type RecordEntry = Of<typeof ENTRY>;

/** What happened, before it has its place in a record. */
export type NewEntry = Omit<RecordEntry, "v" | "seq" | "prev" | "hash">;

/** What the next entry follows. */
export interface Place {
  readonly seq: number;
  readonly hash: string;
}

/** Gives an entry its place. */
export async function chained(after: Place, entry: NewEntry): Promise<RecordEntry> {
  const bare = { v: 1 as const, seq: after.seq + 1, prev: after.hash, ...entry };
  return { ...bare, hash: await hashOf(bare) };
}

/** The hash of an entry: of all that it says but the hash, in the one form of RFC 8785. */
export async function hashOf(entry: Omit<RecordEntry, "hash">): Promise<string> {
  const { hash: _, ...bare } = entry as RecordEntry;
  return await sha256(canonical(bare));
}

/** JSON in the form of RFC 8785: keys in order, no space. What is not there is left out. */
export function canonical(value: object): string {
  return canonicalize(JSON.parse(JSON.stringify(value)))!;
}

/** The line of an entry. */
export function lineOf(entry: RecordEntry): string {
  return `${canonical(entry)}\n`;
}

/** Reads a line; `undefined` for what is no entry, or another form of one: what its hash does not cover could say anything. */
export function entryOf(line: string): RecordEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const read = ENTRY(value);
  return read.ok && lineOf(read.value) === `${line}\n` ? read.value : undefined;
}
