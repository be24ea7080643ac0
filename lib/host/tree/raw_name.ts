/**
 * Names as text without loss: a name on Linux is bytes, and need not be UTF-8.
 *
 * A byte that is not part of valid UTF-8 becomes one of the code units U+DC80 to U+DCFF, which stand alone in no
 * sound text, and turns into the byte again on the way back. JSON keeps them.
 *
 * @module
 */

import type { CName } from "../libc/libc.ts";

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// deno-lint-ignore no-control-regex
const ASCII = /^[\x00-\x7f]*$/;
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** The bytes of a name as text. */
export function nameText(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    let text = "";
    for (let at = 0; at < bytes.length;) {
      const length = soundAt(bytes, at);
      if (length === 0) text += String.fromCharCode(0xdc00 + bytes[at++]!);
      else {
        text += strict.decode(bytes.subarray(at, at + length));
        at += length;
      }
    }
    return text;
  }
}

/** The text of a name as bytes. */
export function nameBytes(text: string): Uint8Array<ArrayBuffer> {
  if (ASCII.test(text) || !LONE.test(text)) return encoder.encode(text);
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.charCodeAt(0);
    if (character.length === 1 && code >= 0xdc80 && code <= 0xdcff) bytes.push(code - 0xdc00);
    else bytes.push(...encoder.encode(character));
  }
  return Uint8Array.from(bytes);
}

/** The text of a name, or of the target of a link, as the C library wants it: bytes with a NUL at their end. */
export function rawName(text: string): CName {
  const bytes = nameBytes(text);
  const name = new Uint8Array(bytes.length + 1);
  name.set(bytes);
  return name;
}

/** Whether the text stands for valid UTF-8. */
export function isUtf8(text: string): boolean {
  return ASCII.test(text) || !LONE.test(text);
}

/** How many bytes at `at` are one character; 0 when they are none. */
function soundAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  const length = first < 0x80
    ? 1
    : first < 0xc2
    ? 0
    : first < 0xe0
    ? 2
    : first < 0xf0
    ? 3
    : first < 0xf5
    ? 4
    : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  try {
    strict.decode(bytes.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}
