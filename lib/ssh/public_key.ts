/**
 * Public keys of ssh: their fingerprints, and whether something was signed with one. The checking is the platform's; here its forms of
 * keys and signatures are made from those of ssh (RFC 4253, RFC 5656, RFC 8332, RFC 8709).
 *
 * @module
 */

import { isSame, Pieces } from "./bytes.ts";

/** What ssh prints for a key: `SHA256:` and the hash in base64. */
export async function fingerprint(key: Uint8Array): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", key.slice()));
  return `SHA256:${hash.toBase64({ omitPadding: true })}`;
}

/** Hash and size of the numbers, in bytes, by the name of a curve. */
const CURVES: Readonly<Record<string, readonly [curve: string, hash: string, size: number]>> = {
  nistp256: ["P-256", "SHA-256", 32],
  nistp384: ["P-384", "SHA-384", 48],
  nistp521: ["P-521", "SHA-512", 66],
};

/** SHA-1 is not among them. */
const RSA_HASHES: Readonly<Record<string, string>> = {
  "rsa-sha2-256": "SHA-256",
  "rsa-sha2-512": "SHA-512",
};

/** Whether `data` was signed with the private half of a key. False also for kinds of keys and signatures that are not known here. */
export async function isSignedBy(key: Uint8Array, signature: Uint8Array, data: Uint8Array): Promise<boolean> {
  try {
    return await verified(key, signature, data);
  } catch {
    // No whole key or signature, or none that the platform takes.
    return false;
  }
}

async function verified(key: Uint8Array, signature: Uint8Array, data: Uint8Array): Promise<boolean> {
  const parts = new Pieces(key);
  const kind = parts.text();
  const signed = new Pieces(signature);
  const method = signed.text();
  const sign = signed.string();
  if (!signed.atEnd) return false;
  if (kind === "ssh-ed25519" && method === kind) {
    const point = parts.string();
    return parts.atEnd && await check("raw", point, { name: "Ed25519" }, sign, data);
  }
  if (kind === "ssh-rsa" && Object.hasOwn(RSA_HASHES, method)) {
    const [e, n] = [parts.string(), parts.string()];
    if (!parts.atEnd) return false;
    const form = { name: "RSASSA-PKCS1-v1_5", hash: RSA_HASHES[method]! };
    const jwk = { kty: "RSA", e: base64Url(unsigned(e)), n: base64Url(unsigned(n)) };
    return await check("jwk", jwk, form, sign, data);
  }
  const name = kind.replace(/^ecdsa-sha2-/, "");
  if (method !== kind || name === kind || !Object.hasOwn(CURVES, name)) return false;
  const [namedCurve, hash, size] = CURVES[name]!;
  const [curve, point] = [parts.text(), parts.string()];
  const numbers = new Pieces(sign);
  const both = [numbers.string(), numbers.string()].map((one) => padded(unsigned(one), size));
  if (curve !== name || !parts.atEnd || !numbers.atEnd) return false;
  const raw = Uint8Array.from(both.flatMap((one) => [...one]));
  return await check("raw", point, { name: "ECDSA", namedCurve, hash }, raw, data);
}

async function check(
  format: "raw" | "jwk",
  key: Uint8Array | JsonWebKey,
  form: { readonly name: string; readonly namedCurve?: string; readonly hash?: string },
  signature: Uint8Array,
  data: Uint8Array,
): Promise<boolean> {
  const { subtle } = crypto;
  const imported = format === "raw"
    ? await subtle.importKey("raw", (key as Uint8Array).slice(), form, false, ["verify"])
    : await subtle.importKey("jwk", key as JsonWebKey, form, false, ["verify"]);
  return await subtle.verify(form, imported, signature.slice(), data.slice());
}

/** A number without the zero that keeps it from being negative. */
function unsigned(bytes: Uint8Array): Uint8Array {
  let at = 0;
  while (at < bytes.length - 1 && bytes[at] === 0) at++;
  return bytes.subarray(at);
}

function padded(bytes: Uint8Array, size: number): Uint8Array {
  if (bytes.length > size) throw new Error("a number is too large");
  const whole = new Uint8Array(size);
  whole.set(bytes, size - bytes.length);
  return whole;
}

function base64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** The key in a line of a public key's file; `undefined` where there is none. */
export function keyInLine(line: string): Uint8Array | undefined {
  const words = line.trim().split(/\s+/);
  const at = words.findIndex((word) => /^(?:ssh|ecdsa|sk)-[\w@.-]+$/.test(word));
  return at < 0 ? undefined : keyOf(words[at]!, words[at + 1] ?? "");
}

/** A key that is written as its kind and itself in base64; `undefined` where that is none. */
export function keyOf(kind: string, base64: string): Uint8Array | undefined {
  try {
    const key = Uint8Array.fromBase64(base64);
    return isSame(new Pieces(key).string(), new TextEncoder().encode(kind)) ? key : undefined;
  } catch {
    return undefined;
  }
}
