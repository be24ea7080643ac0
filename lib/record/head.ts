/**
 * The head of a record: how far it goes, signed, and kept apart from it. A record that was cut, made again or removed does not fit its
 * head.
 *
 * @module
 */

import type { Dirs } from "../host/dirs.ts";
import { check, integer, matching, type Of, schemaOf, shape, text } from "../host/light_schema.ts";
import { readJson, type Schema, writeJson } from "../host/store.ts";
import { canonical } from "./entry.ts";
import { isSigned, type PublicKey, type Signer } from "./key.ts";
import { headFile } from "./places.ts";

const HASH = matching(/^[0-9a-f]{64}$/, "expected a SHA-256");

/** A head, as it is kept. */
export const HEAD = shape({
  v: check<1>("a head that this version cannot read", (value) => value === 1),
  box: text,
  /** The last entry. */
  seq: integer,
  hash: HASH,
  /** The first that is kept, and what it follows: older ones make room. */
  firstSeq: integer,
  firstPrev: HASH,
  /** When it was signed: ISO 8601. */
  at: text,
  keyId: text,
  signature: text,
});

export type Head = Of<typeof HEAD>;
const schema: Schema<Head> = schemaOf(HEAD);

/** Reads a head; `undefined` where there is none. Throws `bad-file`. */
export function readHead(dirs: Pick<Dirs, "state">, box: string): Promise<Head | undefined> {
  return readJson(headFile(dirs, box), schema);
}

/** Signs and writes one. */
export async function writeHead(
  dirs: Pick<Dirs, "state">,
  head: Omit<Head, "v" | "keyId" | "signature">,
  signer: Signer,
): Promise<void> {
  const bare = { v: 1 as const, ...head, keyId: signer.keyId };
  const signed = { ...bare, signature: await signer.sign(canonical(bare)) };
  // No sooner on the disk than the entries, which do not wait for it either: a head of entries that a power cut took looks like a theft.
  await writeJson(headFile(dirs, head.box), signed, 0o600, { durable: false });
}

/** Whether a head was signed with that key. */
export async function isSignedHead({ signature, ...bare }: Head, key: PublicKey): Promise<boolean> {
  return await isSigned(canonical(bare), signature, key);
}
