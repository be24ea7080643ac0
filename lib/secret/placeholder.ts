/**
 * What stands in a box in the place of a secret's value: random words that are the same for a box as long as it lives, and are of no
 * worth anywhere else.
 *
 * @module
 */

import { readJson, writeJson } from "../host/store.ts";
import { schemaOf, shape, text } from "../host/light_schema.ts";
import { secretKey } from "../config/box_state.ts";

/** What every placeholder begins with. */
const PLACEHOLDER_START = "kanibako-secret-";
const MARK_LENGTH = 32;
/** Finds placeholders, of whatever box. */
export const PLACEHOLDER = /kanibako-secret-[0-9a-f]{32}/;

const KEY = schemaOf(shape({ key: text }));

/** The key of a box's placeholders; a new one where there is none, which is to be kept by {@link keepPlaceholderKey}. */
export async function placeholderKeyFor(state: string): Promise<string> {
  const known = (await readJson(secretKey(state), KEY))?.key;
  return known ?? crypto.getRandomValues(new Uint8Array(32)).toHex();
}

/** Keeps the key with the box. */
export async function keepPlaceholderKey(state: string, key: string): Promise<void> {
  if ((await readJson(secretKey(state), KEY))?.key !== key) await writeJson(secretKey(state), { key });
}

/** The placeholder of a secret in the box that has this key. */
export async function placeholderOf(key: string, name: string): Promise<string> {
  const bytes = new TextEncoder();
  const hmac = await crypto.subtle.importKey(
    "raw",
    bytes.encode(key),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const mark = new Uint8Array(await crypto.subtle.sign("HMAC", hmac, bytes.encode(name)));
  return PLACEHOLDER_START + mark.toHex().slice(0, MARK_LENGTH);
}
