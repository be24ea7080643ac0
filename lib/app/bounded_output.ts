/**
 * What is kept of a command's output: all of it up to a limit, beyond that its beginning and its end.
 *
 * The command decides in which pieces it comes. What is kept lies in two buffers, so that a command which writes single bytes takes
 * no more memory than one that writes large pieces.
 *
 * @module
 */

const FIRST_BYTES = 4096;

/** Collects bytes. What lies between the kept beginning and the kept end is counted and dropped. */
export class BoundedOutput {
  readonly #half: number;
  readonly #head: Kept;
  readonly #tail: Kept;
  #total = 0;

  /** `limit`: most bytes that are kept. */
  constructor(limit: number) {
    this.#half = Math.max(1, Math.floor(limit / 2));
    this.#head = new Kept(this.#half);
    this.#tail = new Kept(this.#half);
  }

  /** Takes a piece. */
  push(chunk: Uint8Array): void {
    this.#total += chunk.length;
    const room = this.#half - this.#head.length;
    if (room > 0) {
      this.#head.push(chunk.subarray(0, room));
      chunk = chunk.subarray(room);
    }
    this.#tail.push(chunk);
  }

  /** How many bytes were dropped. */
  get droppedBytes(): number {
    return this.#total - this.#head.length - this.#tail.length;
  }

  /** What was kept. */
  bytes(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.#head.length + this.#tail.length);
    this.#head.copyTo(all, 0);
    this.#tail.copyTo(all, this.#head.length);
    return all;
  }
}

/** The last bytes of a stream, as many as fit. The buffer grows up to that; then it is written in a circle. */
class Kept {
  readonly #most: number;
  #buffer: Uint8Array<ArrayBuffer>;
  /** How many bytes are kept. */
  length = 0;
  /** Where the next byte goes. */
  #at = 0;

  constructor(most: number) {
    this.#most = most;
    this.#buffer = new Uint8Array(Math.min(most, FIRST_BYTES));
  }

  push(chunk: Uint8Array): void {
    const piece = chunk.subarray(Math.max(0, chunk.length - this.#most));
    this.#grow(Math.min(this.#most, this.length + piece.length));
    const first = piece.subarray(0, this.#buffer.length - this.#at);
    this.#buffer.set(first, this.#at);
    this.#buffer.set(piece.subarray(first.length), 0);
    this.#at = (this.#at + piece.length) % this.#buffer.length;
    this.length = Math.min(this.#most, this.length + piece.length);
  }

  copyTo(into: Uint8Array, offset: number): void {
    const from = (this.#at - this.length + this.#buffer.length) % this.#buffer.length;
    const first = this.#buffer.subarray(from, from + this.length);
    into.set(first, offset);
    into.set(this.#buffer.subarray(0, this.length - first.length), offset + first.length);
  }

  /** Only while it is not full, so that what is kept lies at the beginning of the buffer. */
  #grow(needed: number): void {
    if (needed <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.min(this.#most, Math.max(needed, 2 * this.#buffer.length)));
    larger.set(this.#buffer.subarray(0, this.length));
    this.#buffer = larger;
    this.#at = this.length;
  }
}
