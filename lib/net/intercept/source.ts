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
const MOST_BYTES = 64 * 1024;
/** What TLS passes on at once, at most. */
const RECORD_BYTES = 16 * 1024;
/** Bytes that are there are read within so many turns; others when the runtime has looked at its connections again. */
const TURNS = 3;
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
  /** A read that has begun, to where the buffer is free. */
  #begun: Promise<number | null> | undefined;

  constructor(conn: Pick<HalfClosing, "read">) {
    this.#conn = conn;
  }

  /** What comes next, where it has been read. */
  get first(): number | undefined {
    return this.#end > this.#start ? this.#buffer[this.#start] : undefined;
  }

  /** The connection with what was read of it and not taken yet. From then on nobody else reads. */
  following(conn: HalfClosing): HalfClosing {
    return {
      read: async (into) => {
        const piece = await this.some(into.length);
        if (!piece) return null;
        into.set(piece);
        return piece.length;
      },
      write: (bytes) => conn.write(bytes),
      closeWrite: () => conn.closeWrite(),
      close: () => conn.close(),
    };
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
      const first = await this.#next();
      if (first === null) return false;
      this.#end += first;
      // A body that is as fast as this costs the less the more of it is looked at together.
      for (let count = first; count >= RECORD_BYTES && this.#buffer.length - this.#end >= RECORD_BYTES;) {
        count = await this.#atOnce();
        this.#end += count;
      }
      return true;
    } finally {
      this.#reading = undefined;
    }
  }

  async #next(): Promise<number | null> {
    if (!this.#begun) this.#makeRoom();
    const reading = this.#begun ?? this.#conn.read(this.#buffer.subarray(this.#end));
    this.#begun = undefined;
    const room = this.#buffer.length - this.#end;
    const count = await reading;
    this.#filled = [count ?? 0, room];
    return count;
  }

  /** Reads what is there already; 0: nothing is, or the end, and whoever reads next waits for what comes. */
  async #atOnce(): Promise<number> {
    const reading = this.#conn.read(this.#buffer.subarray(this.#end));
    this.#begun = reading;
    let count: number | null = null;
    reading.then((got) => count = got, () => {});
    for (let turn = 0; turn < TURNS && count === null; turn++) await undefined;
    if (count !== null) this.#begun = undefined;
    return count ?? 0;
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
