/**
 * The pieces that messages of ssh are made of (RFC 4251, section 5): numbers, and strings that say their length.
 *
 * @module
 */

import { joined } from "../host/bytes.ts";

/** Reads a message piece by piece. Throws where it ends too early: what it is made from is suspect. */
export class Pieces {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether nothing is left. */
  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    return this.#take(1)[0]!;
  }

  number(): number {
    const [a, b, c, d] = this.#take(4) as unknown as [number, number, number, number];
    return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  }

  string(): Uint8Array {
    return this.#take(this.number());
  }

  /** A string as text, a character for each byte. */
  text(): string {
    return Array.from(this.string(), (byte) => String.fromCharCode(byte)).join("");
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) throw new Error("a message ends too early");
    return this.#bytes.subarray(this.#at, this.#at += length);
  }
}

/** A number of four bytes. */
export function number(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** A string: its length, and what it is. Text has a character for each byte. */
export function string(content: Uint8Array | string): Uint8Array {
  const bytes = typeof content === "string"
    ? Uint8Array.from(content, (character) => character.charCodeAt(0))
    : content;
  return joined(number(bytes.length), bytes);
}

/** Whether two are the same. Neither is a secret. */
export function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
