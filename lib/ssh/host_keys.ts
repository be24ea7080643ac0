/**
 * The keys by which a host is known, from lines as in `known_hosts` (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT").
 *
 * @module
 */

import { fingerprint, keyOf } from "./public_key.ts";

/** A host and its port. */
export interface SshHost {
  readonly host: string;
  readonly port: number;
}

const SSH_PORT = 22;

/** As ssh writes it. */
export function hostText({ host, port }: SshHost): string {
  return port === SSH_PORT ? host : `[${host}]:${port}`;
}

/** Fingerprints of the keys that a host is known by. One that is revoked for any host is none. */
export async function hostKeys(text: string, of: SshHost): Promise<readonly string[]> {
  const name = hostText(of);
  const known = new Set<string>();
  const revoked = new Set<string>();
  for (const line of text.split("\n")) {
    const words = line.trim().split(/\s+/);
    const marker = words[0]!.startsWith("@") ? words.shift() : undefined;
    const [names, kind, base64] = words;
    if (names === undefined || names === "" || names.startsWith("#") || base64 === undefined) continue;
    const key = keyOf(kind!, base64);
    if (!key) continue;
    if (marker === "@revoked") revoked.add(await fingerprint(key));
    // Authorities sign keys of hosts; what they sign is not looked at here.
    else if (marker === undefined && await isAbout(names, name)) known.add(await fingerprint(key));
  }
  return [...known].filter((one) => !revoked.has(one));
}

async function isAbout(names: string, name: string): Promise<boolean> {
  if (names.startsWith("|1|")) return await isHashOf(names, name);
  let found = false;
  for (const pattern of names.split(",")) {
    const isNot = pattern.startsWith("!");
    if (!matches(isNot ? pattern.slice(1) : pattern, name)) continue;
    if (isNot) return false;
    found = true;
  }
  return found;
}

/** `|1|`, a salt and a hash, both in base64. */
async function isHashOf(hashed: string, name: string): Promise<boolean> {
  try {
    const [salt, hash] = hashed.slice(3).split("|");
    const form = { name: "HMAC", hash: "SHA-1" };
    const key = await crypto.subtle.importKey("raw", Uint8Array.fromBase64(salt!), form, false, ["sign"]);
    const made = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(name)));
    return made.toBase64() === hash;
  } catch {
    return false;
  }
}

function matches(pattern: string, name: string): boolean {
  const literal = (text: string) => text.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  const parts = literal(pattern.toLowerCase()).replace(/\*+/g, "*").split("*").map((part) =>
    part.replaceAll("?", ".")
  );
  return new RegExp(`^${parts.join(".*")}$`).test(name);
}
