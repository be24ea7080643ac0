/**
 * Reads a connection piece by piece: lines up to a limit, and bytes in between.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { HalfClosing } from "../../wire/relay.ts";

const LF = 10;
/** Of a connection on which little comes: many of them may wait at once. */
const LEAST_BYTES = 4 * 1024;
/** Of one that fills what it is given. */
const MOST_BYTES = 32 * 1024;
const NOTHING: Uint8Array<ArrayBuffer> = new Uint8Array();

/** What comes from a connection, read in the pieces that its protocol has. One buffer serves for all of them. */
export class Source {
  readonly #conn: Pick<HalfClosing, "read">;
  #buffer = NOTHING;
  #start = 0;
  #end = 0;
  /** How much of the buffer was filled latest, and of how much room. */
  #filled: readonly [count: number, room: number] = [0, LEAST_BYTES];
  #reading: Promise<boolean> | undefined;

  constructor(conn: Pick<HalfClosing, "read">) {
    this.#conn = conn;
  }

  /** What has been read and not been taken yet, as bytes of its own. It is taken by this. */
  rest(): Uint8Array {
    const rest = this.#buffer.slice(this.#start, this.#end);
    this.#start = this.#end = 0;
    this.#buffer = NOTHING;
    return rest;
  }

  /** Waits until there is something to take, or the end: then it answers false. */
  stirs(): Promise<boolean> {
    return this.#end > this.#start ? Promise.resolve(true) : this.more();
  }

  /** Up to `most` bytes of what has been read, which are valid until more is read; `undefined`: there is nothing. */
  take(most: number): Uint8Array | undefined {
    const start = this.#start;
    if (start === this.#end) return undefined;
    this.#start = Math.min(start + most, this.#end);
    return this.#buffer.subarray(start, this.#start);
  }

  /** As {@link take}; waits where there is nothing. `undefined` at the end. */
  async some(most: number): Promise<Uint8Array | undefined> {
    return await this.stirs() ? this.take(most) : undefined;
  }

  /**
   * A line of what has been read, a character for each byte, without its end of CR and LF; `undefined`: there is no whole one. Throws for
   * one that is longer than `most` bytes or ends in another way: readers differ in what they make of these.
   */
  takeLine(most: number): string | undefined {
    const at = this.#buffer.subarray(this.#start, this.#end).indexOf(LF);
    if (at > most || at < 0 && this.#end - this.#start > most) throw new Error("a line is too long");
    if (at < 0) return undefined;
    const line = latin1(this.#buffer.subarray(this.#start, this.#start + at));
    this.#start += at + 1;
    if (!line.endsWith("\r")) throw new Error("a line ends with no CR");
    return line.slice(0, -1);
  }

  /** As {@link takeLine}; waits for it. `undefined` where the connection ends before its first byte; throws for one that is cut off. */
  async line(most: number): Promise<string | undefined> {
    for (;;) {
      const line = this.takeLine(most);
      if (line !== undefined) return line;
      if (await this.more()) continue;
      if (this.#end === this.#start) return undefined;
      throw new Error("the connection ended within a line");
    }
  }

  /** Reads once, also for those who ask meanwhile; false at the end. */
  more(): Promise<boolean> {
    return this.#reading ??= this.#read();
  }

  async #read(): Promise<boolean> {
    try {
      this.#makeRoom();
      const room = this.#buffer.length - this.#end;
      const count = await this.#conn.read(this.#buffer.subarray(this.#end));
      if (count === null) return false;
      this.#end += count;
      this.#filled = [count, room];
      return true;
    } finally {
      this.#reading = undefined;
    }
  }

  #makeRoom(): void {
    const waiting = this.#end - this.#start;
    if (waiting === 0) {
      this.#start = this.#end = 0;
      const size = nextSize(this.#buffer.length, this.#filled);
      if (size !== this.#buffer.length) this.#buffer = new Uint8Array(size);
    } else if (this.#end === this.#buffer.length) {
      // A line that is cut off. No more of it is kept than its limit and what was read with it.
      const larger = this.#start > 0 ? this.#buffer : new Uint8Array(2 * this.#buffer.length);
      larger.set(this.#buffer.subarray(this.#start, this.#end));
      this.#buffer = larger;
      this.#start = 0;
      this.#end = waiting;
    }
  }
}

/** A larger buffer for what fills it, and a smaller one where little comes. */
function nextSize(size: number, [count, room]: readonly [number, number]): number {
  if (size === 0) return LEAST_BYTES;
  if (size > MOST_BYTES) return MOST_BYTES;
  if (count === room) return Math.min(size * 4, MOST_BYTES);
  return count < size / 8 ? Math.max(size / 4, LEAST_BYTES) : size;
}

/** Bytes as text, a character each. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

const encoder = new TextEncoder();

/** Text of {@link latin1} as bytes again. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = encoder.encode(text);
  // Every other character is more than one byte there.
  if (bytes.length === text.length) return bytes;
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Text in UTF-8, as {@link latin1} of it. */
export function asBytes(text: string): string {
  return latin1(encoder.encode(text));
}
