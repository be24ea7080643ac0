/**
 * The key that the heads of records are signed with: Ed25519, made at first use, in our own state.
 *
 * Who can read this user's files can sign what they like. It is there so that a record can be checked on another machine, where only the
 * public half is.
 *
 * @module
 */

import type { Dirs } from "../host/dirs.ts";
import { KanibakoError } from "../host/error.ts";
import { schemaOf, shape, text } from "../host/light_schema.ts";
import { sha256 } from "../host/sha256.ts";
import { FileLock, readJson, writeJson } from "../host/store.ts";
import { keyFile } from "./places.ts";

const NAME = "Ed25519";
/** So many digits of the key's hash are its id. */
const ID_DIGITS = 16;
const schema = schemaOf(shape({ pkcs8: text, publicKey: text }));

/** A public key: 32 bytes in base64. */
export type PublicKey = string;

/** Signs. */
export interface Signer {
  readonly publicKey: PublicKey;
  readonly keyId: string;
  /** The signature of a text, in base64. */
  sign(text: string): Promise<string>;
}

/** The key; made where there is none. */
export async function openSigner(dirs: Pick<Dirs, "state">): Promise<Signer> {
  const path = keyFile(dirs);
  const kept = await readJson(path, schema) ?? await madeKey(path);
  const bytes = decoded(kept.pkcs8);
  if (!bytes) throw badKey(path);
  const key = await crypto.subtle.importKey("pkcs8", bytes, NAME, false, ["sign"]).catch(() => {
    throw badKey(path);
  });
  return {
    publicKey: kept.publicKey,
    keyId: await keyIdOf(kept.publicKey),
    sign: async (text) => encoded(await crypto.subtle.sign(NAME, key, new TextEncoder().encode(text))),
  };
}

/** The public half of this user's key; absent where nothing was ever signed. */
export async function readPublicKey(dirs: Pick<Dirs, "state">): Promise<PublicKey | undefined> {
  return (await readJson(keyFile(dirs), schema))?.publicKey;
}

/** By what a key is named. */
export async function keyIdOf(key: PublicKey): Promise<string> {
  return (await sha256(decoded(key) ?? new Uint8Array())).slice(0, ID_DIGITS);
}

/** Whether a text was signed with that key. */
export async function isSigned(text: string, signature: string, key: PublicKey): Promise<boolean> {
  const [raw, bytes] = [decoded(key), decoded(signature)];
  if (raw?.length !== 32 || bytes?.length !== 64) return false;
  const verifier = await crypto.subtle.importKey("raw", raw, NAME, false, ["verify"]).catch(() => undefined);
  return verifier !== undefined &&
    await crypto.subtle.verify(NAME, verifier, bytes, new TextEncoder().encode(text));
}

/** One key for all records, which only one process may make. */
async function madeKey(path: string): Promise<{ pkcs8: string; publicKey: string }> {
  using _lock = await FileLock.acquire(`${path}.lock`);
  const before = await readJson(path, schema);
  if (before) return before;
  const made = await newKey();
  await writeJson(path, made);
  return made;
}

async function newKey(): Promise<{ pkcs8: string; publicKey: string }> {
  const pair = await crypto.subtle.generateKey(NAME, true, ["sign", "verify"]) as CryptoKeyPair;
  return {
    pkcs8: encoded(await crypto.subtle.exportKey("pkcs8", pair.privateKey)),
    publicKey: encoded(await crypto.subtle.exportKey("raw", pair.publicKey)),
  };
}

function encoded(bytes: ArrayBuffer): string {
  return new Uint8Array(bytes).toBase64();
}

function decoded(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return undefined;
  }
}

function badKey(path: string): KanibakoError {
  return new KanibakoError("bad-file", `Cannot use the key of records: ${path} is no key.`, {
    hint: "Move it away. A new one is made, and earlier heads are then of another key.",
  });
}
