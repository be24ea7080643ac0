/**
 * Reads a connection piece by piece: lines up to a limit, and bytes in between.
 *
 * @module
 */

import { joined } from "../../host/bytes.ts";
import type { HalfClosing } from "../../wire/relay.ts";

const LF = 10;
const LEAST_BYTES = 4 * 1024;
const MOST_BYTES = 16 * 1024;

/** Buffers to read into: small ones while little comes, as many connections may wait at once, and larger ones for what fills them. */
export class ReadBuffers {
  #size = LEAST_BYTES;

  next(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#size);
  }

  /** Called with how much of the latest was filled. */
  filled(count: number): void {
    if (count === this.#size) this.#size = Math.min(count * 4, MOST_BYTES);
    else if (count < this.#size / 4) this.#size = Math.max(this.#size / 4, LEAST_BYTES);
  }
}

/** What comes from a connection, read in the pieces that its protocol has. */
export class Source {
  readonly #conn: Pick<HalfClosing, "read">;
  readonly #buffers = new ReadBuffers();
  #rest: Uint8Array = new Uint8Array();
  #reading: Promise<boolean> | undefined;

  constructor(conn: Pick<HalfClosing, "read">) {
    this.#conn = conn;
  }

  /** What has been read and not been taken yet. It is taken by this. */
  rest(): Uint8Array {
    const rest = this.#rest;
    this.#rest = new Uint8Array();
    return rest;
  }

  /** Waits until there is something to take, or the end: then it answers false. */
  async stirs(): Promise<boolean> {
    return this.#rest.length > 0 || await this.#more();
  }

  /** Up to `most` bytes; `undefined` at the end. */
  async some(most: number): Promise<Uint8Array | undefined> {
    if (this.#rest.length === 0 && !await this.#more()) return undefined;
    const part = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }

  /**
   * A line, a character for each byte, without its end of CR and LF; `undefined` where the connection ends before its first byte.
   * Throws for one that is longer than `most` bytes, is cut off, or ends in another way: readers differ in what they make of these.
   */
  async line(most: number): Promise<string | undefined> {
    for (let searched = 0;;) {
      const at = this.#rest.indexOf(LF, searched);
      if (at > most || at < 0 && this.#rest.length > most) throw new Error("a line is too long");
      if (at >= 0) {
        const line = latin1(this.#rest.subarray(0, at));
        this.#rest = this.#rest.subarray(at + 1);
        if (!line.endsWith("\r")) throw new Error("a line ends with no CR");
        return line.slice(0, -1);
      }
      searched = this.#rest.length;
      if (await this.#more()) continue;
      if (searched === 0) return undefined;
      throw new Error("the connection ended within a line");
    }
  }

  /** Reads once, also for those who ask meanwhile; false at the end. */
  async #more(): Promise<boolean> {
    this.#reading ??= this.#read().finally(() => this.#reading = undefined);
    return await this.#reading;
  }

  async #read(): Promise<boolean> {
    const buffer = this.#buffers.next();
    const count = await this.#conn.read(buffer);
    if (count === null) return false;
    this.#buffers.filled(count);
    const read = buffer.subarray(0, count);
    this.#rest = this.#rest.length === 0 ? read : joined(this.#rest, read);
    return true;
  }
}

/** Bytes as text, a character each. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return text;
}

/** Text of {@link latin1} as bytes again. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
