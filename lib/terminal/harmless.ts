/**
 * Finds the part of a box's output that needs no second look, byte by byte and without making anything: almost all of it. What it
 * does not recognize is left to the filter, which decides; the two never differ in what passes.
 *
 * @module
 */

import { isRefusedMode, MAX_LINK_BYTES, UNCONDITIONAL_FINALS } from "./sequence.ts";

const ESC = 0x1b;
const BEL = 0x07;
const ENQ = 0x05;
/** First byte of U+0080 to U+00BF in UTF-8, and so of C1 controls. */
export const C1_LEAD = 0xc2;

/** Bytes that need a look when they come in ordinary text. */
const NOTABLE = new Uint8Array(256);
NOTABLE[ESC] = NOTABLE[ENQ] = 1;
for (let byte = 0x80; byte < 0x100; byte++) NOTABLE[byte] = 1;

/** Final bytes of an escape sequence of two bytes that are frequent and always pass: save, restore, keypads, reverse line feed. */
const SHORT_FINALS = new Uint8Array(256);
for (const final of "78=>MDEH") SHORT_FINALS[final.charCodeAt(0)] = 1;

/** Bytes of the parameters of a link. */
const LINK_PARAMETERS = new Uint8Array(256);
for (const byte of "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_=:.-") {
  LINK_PARAMETERS[byte.charCodeAt(0)] = 1;
}
const [HTTP, S, SLASHES] = ["http", "s", "://"].map((text) => new TextEncoder().encode(text)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];

/** Where the harmless part ends: text, whole characters, and whole sequences that always pass. */
export function harmlessUntil(bytes: Uint8Array, from: number): number {
  const { length } = bytes;
  let at = from;
  while (at < length) {
    const byte = bytes[at]!;
    if (NOTABLE[byte] === 0) {
      at++;
      continue;
    }
    const next = byte === ESC ? afterEscape(bytes, at) : byte >= C1_LEAD ? afterCharacter(bytes, at) : at;
    if (next === at) break;
    at = next;
  }
  return at;
}

/** How many bytes of a character follow its first one. */
export function moreBytes(lead: number): number {
  if (lead < C1_LEAD || lead >= 0xf5) return 0;
  return lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
}

/** Whether a second byte fits the first: a longer form than needed could hide a control, and is no UTF-8 (RFC 3629). */
export function mayFollow(lead: number, second: number): boolean {
  if (lead === 0xe0) return second >= 0xa0;
  if (lead === 0xed) return second < 0xa0;
  if (lead === 0xf0) return second >= 0x90;
  return lead !== 0xf4 || second < 0x90;
}

/** The place after a whole character of several bytes; `at` where there is none, or one that is a control. */
function afterCharacter(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  const more = moreBytes(lead);
  if (more === 0 || at + more >= bytes.length) return at;
  if (lead === C1_LEAD && bytes[at + 1]! < 0xa0) return at;
  if (!mayFollow(lead, bytes[at + 1]!)) return at;
  for (let index = 1; index <= more; index++) if ((bytes[at + index]! & 0xc0) !== 0x80) return at;
  return at + more + 1;
}

/** The place after a whole sequence that always passes; `at` for any other one. */
function afterEscape(bytes: Uint8Array, at: number): number {
  const next = bytes[at + 1];
  if (next === undefined) return at;
  if (next === 0x5b) return afterControl(bytes, at);
  if (next === 0x5d) return afterLink(bytes, at);
  if (SHORT_FINALS[next] === 1) return at + 2;
  // Character sets, which the usual "plain text again" names each time.
  if (next !== 0x28 && next !== 0x29) return at;
  const final = bytes[at + 2];
  return final !== undefined && final >= 0x30 && final < 0x7f ? at + 3 : at;
}

function afterControl(bytes: Uint8Array, at: number): number {
  let end = at + 2;
  while (end < bytes.length && bytes[end]! >= 0x20 && bytes[end]! < 0x40) end++;
  const final = bytes[end];
  if (final === undefined || final < 0x40 || final > 0x7e) return at;
  if (UNCONDITIONAL_FINALS[final] === 1) return end + 1;
  // Colours, by far the most frequent.
  if (final === 0x6d) return bytes[at + 2]! < 0x3c || end === at + 2 ? end + 1 : at;
  // Modes: the cursor is shown and hidden all the time.
  const isMode = final === 0x68 || final === 0x6c;
  return isMode && !isRefusedMode(bytes, at + 2, end) ? end + 1 : at;
}

/** OSC 8: a link to the web, or the end of one. */
function afterLink(bytes: Uint8Array, at: number): number {
  if (bytes[at + 2] !== 0x38 || bytes[at + 3] !== 0x3b) return at;
  let end = at + 4;
  while (LINK_PARAMETERS[bytes[end]!] === 1) end++;
  if (bytes[end++] !== 0x3b) return at;
  if (!isTerminator(bytes, end)) {
    if (!startsWith(bytes, end, HTTP)) return at;
    end += HTTP.length;
    if (startsWith(bytes, end, S)) end += S.length;
    if (!startsWith(bytes, end, SLASHES)) return at;
    end += SLASHES.length;
    const address = end;
    while (bytes[end]! > 0x20 && bytes[end]! < 0x7f) end++;
    if (end === address || !isTerminator(bytes, end)) return at;
  }
  if (end - at > MAX_LINK_BYTES) return at;
  return end + (bytes[end] === BEL ? 1 : 2);
}

function isTerminator(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === BEL || (bytes[at] === ESC && bytes[at + 1] === 0x5c);
}

function startsWith(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let index = 0; index < wanted.length; index++) if (bytes[at + index] !== wanted[index]) return false;
  return true;
}
