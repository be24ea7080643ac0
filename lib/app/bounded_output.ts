/**
 * What is kept of a command's output: all of it up to a limit, beyond that its beginning and its end.
 *
 * @module
 */

/** Collects bytes. What lies between the kept beginning and the kept end is counted and dropped. */
export class BoundedOutput {
  readonly #half: number;
  readonly #head: Uint8Array[] = [];
  readonly #tail: Uint8Array[] = [];
  #headBytes = 0;
  #tailBytes = 0;
  #total = 0;

  /** `limit`: most bytes that are kept. */
  constructor(limit: number) {
    this.#half = Math.max(1, Math.floor(limit / 2));
  }

  /** Takes a piece. */
  push(chunk: Uint8Array): void {
    this.#total += chunk.length;
    const room = this.#half - this.#headBytes;
    if (room > 0) {
      const part = chunk.slice(0, room);
      this.#head.push(part);
      this.#headBytes += part.length;
      chunk = chunk.subarray(part.length);
    }
    if (chunk.length === 0) return;
    this.#tail.push(chunk.slice());
    this.#tailBytes += chunk.length;
    while (this.#tail[0] && this.#tailBytes - this.#tail[0].length >= this.#half) {
      this.#tailBytes -= this.#tail.shift()!.length;
    }
  }

  /** How many bytes were dropped. */
  get droppedBytes(): number {
    return this.#total - this.#headBytes - Math.min(this.#tailBytes, this.#half);
  }

  /** What was kept. */
  bytes(): Uint8Array<ArrayBuffer> {
    const over = Math.max(0, this.#tailBytes - this.#half);
    const all = new Uint8Array(this.#headBytes + this.#tailBytes - over);
    let at = 0;
    for (const piece of this.#head) {
      all.set(piece, at);
      at += piece.length;
    }
    let skip = over;
    for (const piece of this.#tail) {
      const part = piece.subarray(Math.min(skip, piece.length));
      skip -= piece.length - part.length;
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}
