/**
 * Signatures in minisign's form: Ed25519, so WebCrypto checks them here, and `minisign -V` does it anywhere else.
 *
 * Source: the description of the format by its author (minisign, "Signature format"). The trusted comment is signed, too, together
 * with the signature.
 *
 * @module
 */

import { joined } from "../../../host/bytes.ts";
import { KanibakoError } from "../../../host/error.ts";

/** Bytes of a key's name. */
const ID_BYTES = 8;
const SIGNATURE_BYTES = 64;
/** The message itself is signed. */
const PLAIN = "Ed";
/** Its BLAKE2b-512 is signed, which is what minisign does. */
const HASHED = "ED";

/** A public key. */
export interface PublicKey {
  /** Its name, in hexadecimal: which key a signature was made with. */
  readonly id: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Reads a public key: the base64 text of minisign, `RW...`. Throws `bad-key`. */
export function readPublicKey(text: string): PublicKey {
  const bytes = fromBase64(text);
  if (bytes?.length !== 2 + ID_BYTES + 32 || word(bytes) !== PLAIN) {
    throw new KanibakoError("bad-key", `Cannot use ${JSON.stringify(text)} as a public key.`, {
      hint: "A key is the second line of a file minisign.pub, and begins with RW.",
    });
  }
  return { id: bytes.slice(2, 2 + ID_BYTES).toHex(), bytes: bytes.slice(2 + ID_BYTES) };
}

/**
 * Checks that one of the keys signed the content. Answers the trusted comment. Throws `bad-signature` with what is wrong with it.
 */
export async function verify(
  content: Uint8Array<ArrayBuffer>,
  signature: string,
  keys: readonly PublicKey[],
): Promise<string> {
  const [, first = "", comment = "", second = ""] = signature.split(/\r?\n/);
  const signed = fromBase64(first);
  const whole = fromBase64(second);
  const kind = signed && word(signed);
  if (
    signed?.length !== 2 + ID_BYTES + SIGNATURE_BYTES || whole?.length !== SIGNATURE_BYTES ||
    kind !== PLAIN && kind !== HASHED || !comment.startsWith(TRUSTED)
  ) throw bad("it is not one");
  const id = signed.slice(2, 2 + ID_BYTES).toHex();
  const own = signed.slice(2 + ID_BYTES);
  const trusted = comment.slice(TRUSTED.length);
  const message = kind === HASHED ? await blake2b(content) : content;
  const fitting = keys.filter((key) => key.id === id);
  if (fitting.length === 0) throw bad(`it was made with the key ${id}, which is not trusted here`);
  for (const { bytes } of fitting) {
    const key = await crypto.subtle.importKey("raw", bytes, "Ed25519", false, ["verify"]);
    const isTrue = await crypto.subtle.verify("Ed25519", key, own, message) &&
      await crypto.subtle.verify("Ed25519", key, whole, joined(own, new TextEncoder().encode(trusted)));
    if (isTrue) return trusted;
  }
  throw bad("it does not fit the content");
}

const TRUSTED = "trusted comment: ";

/** What is signed in place of the content. */
export async function blake2b(content: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const { createHash } = await import("node:crypto");
  return Uint8Array.from(createHash("blake2b512").update(content).digest());
}

function word(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, 2));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.fromBase64(text.trim());
  } catch {
    return undefined;
  }
}

function bad(why: string): KanibakoError {
  return new KanibakoError("bad-signature", `Cannot trust the release: its signature is wrong: ${why}.`, {
    hint: "Nothing was changed. Try again later; if it stays, report it to whoever publishes the release.",
  });
}
