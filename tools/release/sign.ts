/**
 * Signs as minisign does, so that `minisign -V` and `kanibako system upgrade` both check it.
 *
 *     deno run -A tools/release/sign.ts new                    makes a pair of keys
 *     deno run -A tools/release/sign.ts public                 the public key of RELEASE_KEY
 *     deno run -A tools/release/sign.ts FILE...                signs with RELEASE_KEY, into FILE.minisig
 *
 * The secret key is one line: what PKCS #8 says in base64. It is read from the environment only, never from an argument.
 *
 * @module
 */

import { joined } from "../../lib/host/bytes.ts";
import { blake2b } from "../../lib/app/system/upgrade/minisign.ts";

/** A pair of keys, ready to sign. */
export interface SigningKey {
  /** As minisign writes it: `RW...`. */
  readonly publicKey: string;
  sign(content: Uint8Array, trustedComment: string): Promise<string>;
}

/** Makes a new secret key. */
export async function newSecretKey(): Promise<string> {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]) as CryptoKeyPair;
  return new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey)).toBase64();
}

/** A secret key, read. The name of a key follows from it, so that nothing else has to be kept. */
export async function signingKey(secret: string): Promise<SigningKey> {
  const bytes = Uint8Array.fromBase64(secret.trim());
  const key = await crypto.subtle.importKey("pkcs8", bytes, "Ed25519", true, ["sign"]);
  const { x = "" } = await crypto.subtle.exportKey("jwk", key);
  const publicBytes = Uint8Array.fromBase64(x, { alphabet: "base64url" });
  const id = (await blake2b(publicBytes)).slice(0, 8);
  const text = new TextEncoder();
  const signed = async (content: Uint8Array<ArrayBuffer>) =>
    new Uint8Array(await crypto.subtle.sign("Ed25519", key, content));
  return {
    publicKey: joined(text.encode("Ed"), id, publicBytes).toBase64(),
    sign: async (content, trustedComment) => {
      const own = await signed(await blake2b(content));
      const whole = await signed(joined(own, text.encode(trustedComment)));
      return [
        "untrusted comment: signature of a kanibako release",
        joined(text.encode("ED"), id, own).toBase64(),
        `trusted comment: ${trustedComment}`,
        whole.toBase64(),
        "",
      ].join("\n");
    },
  };
}

/** The key that the environment gives. */
async function ownKey(): Promise<SigningKey> {
  const secret = Deno.env.get("RELEASE_KEY") ?? "";
  if (secret === "") throw new Error("RELEASE_KEY is not set");
  const key = await signingKey(secret);
  const expected = Deno.env.get("RELEASE_PUBLIC_KEY") ?? "";
  // Programs that were built with another one could not be upgraded to what is signed now.
  if (expected !== "" && !expected.split(/\s+/).includes(key.publicKey)) {
    throw new Error("RELEASE_PUBLIC_KEY does not belong to RELEASE_KEY");
  }
  return key;
}

async function main(words: readonly string[]): Promise<void> {
  if (words[0] === "new") {
    const secret = await newSecretKey();
    console.log(`RELEASE_PUBLIC_KEY=${(await signingKey(secret)).publicKey}`);
    console.log(`RELEASE_KEY=${secret}`);
    console.error(
      "Keep RELEASE_KEY as a secret of the repository, and RELEASE_PUBLIC_KEY as a variable of it.",
    );
    return;
  }
  const key = await ownKey();
  if (words[0] === "public") return console.log(key.publicKey);
  for (const path of words) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const comment = `timestamp:${Math.floor(Date.now() / 1000)}\tfile:${name}\thashed`;
    await Deno.writeTextFile(`${path}.minisig`, await key.sign(await Deno.readFile(path), comment));
  }
}

if (import.meta.main) await main(Deno.args);
