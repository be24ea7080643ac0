/**
 * Lines of a connection, of bounded length.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import type { ByteSource } from "../wire/frame.ts";

const LINE_FEED = 0x0a;
const FIRST_BYTES = 4096;
const USUAL_BYTES = 16 * 1024;

/** Reads lines that say something, one at a time. */
export class LineReader {
  readonly #source: ByteSource;
  readonly #most: number;
  #buffer = new Uint8Array(FIRST_BYTES);
  #start = 0;
  #end = 0;
  /** Whether the last read has filled the buffer. */
  #filled = false;

  /** `most`: bytes of a line. */
  constructor(source: ByteSource, most: number) {
    this.#source = source;
    this.#most = most;
  }

  /** Whether more has been read than was given out. */
  get hasMore(): boolean {
    return this.#end > this.#start;
  }

  /** The next line that is not blank, without its end; valid until the next one is read. The last one may lack its end. Throws `too-long`. */
  async next(): Promise<Uint8Array | undefined> {
    for (let looked = this.#start;;) {
      const at = this.#buffer.subarray(0, this.#end).indexOf(LINE_FEED, looked);
      if (at >= 0) {
        const line = this.#buffer.subarray(this.#start, at);
        looked = this.#start = at + 1;
        if (!isBlank(line)) return line;
        continue;
      }
      const length = this.#end - this.#start;
      if (length > this.#most) {
        throw new KanibakoError("too-long", `A line is longer than ${this.#most} bytes.`);
      }
      this.#makeRoom();
      looked = this.#end;
      const count = await this.#source.read(this.#buffer.subarray(this.#end));
      if (count !== null) {
        this.#end += count;
        this.#filled = this.#end === this.#buffer.length;
        continue;
      }
      const line = this.#buffer.subarray(this.#start, this.#end);
      this.#start = this.#end;
      return isBlank(line) ? undefined : line;
    }
  }

  /** What is there goes to the front; a buffer that is full of one line grows, and one that was large shrinks again. */
  #makeRoom(): void {
    const rest = this.#buffer.subarray(this.#start, this.#end);
    const full = rest.length * 2 > this.#buffer.length;
    const wanted = full ? Math.min(this.#buffer.length * 2, this.#most + FIRST_BYTES) : this.#buffer.length;
    // Who has sent much at once sends more.
    const size = rest.length === 0 ? (this.#filled ? USUAL_BYTES : FIRST_BYTES) : wanted;
    if (size === this.#buffer.length) this.#buffer.copyWithin(0, this.#start, this.#end);
    else {
      const other = new Uint8Array(size);
      other.set(rest);
      this.#buffer = other;
    }
    this.#start = 0;
    this.#end = rest.length;
  }
}

function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
