/**
 * Bytes on their way out, in large pieces: one is filled while the one before it is written.
 *
 * @module
 */

/** Length of a piece. Large enough that its cost does not show, small enough for the processor's cache. */
const PIECE_BYTES = 1024 * 1024;

/** Where the bytes go. A piece must not change before the promise is kept. */
export type Sink = (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;

/** Collects bytes into pieces. Everything but {@link OutStream.flush} is done at once, within {@link OutStream.room}. */
export class OutStream {
  readonly #sink: Sink;
  readonly #signal: AbortSignal | undefined;
  readonly #pieces = [new Uint8Array(PIECE_BYTES), new Uint8Array(PIECE_BYTES)] as const;
  #which: 0 | 1 = 0;
  #length = 0;
  #written = 0;
  #pending: Promise<void> = Promise.resolve();

  /** Into a sink, until the signal fires. */
  constructor(sink: Sink, signal?: AbortSignal) {
    this.#sink = sink;
    this.#signal = signal;
  }

  /** Bytes that fit before the next flush. */
  get room(): number {
    return PIECE_BYTES - this.#length;
  }

  /** All bytes so far. */
  get total(): number {
    return this.#written + this.#length;
  }

  /** The free part of the piece, or so much of it, for filling it in place; {@link OutStream.advance} says how much was. */
  free(most = PIECE_BYTES): Uint8Array<ArrayBuffer> {
    return this.#pieces[this.#which].subarray(this.#length, Math.min(this.#length + most, PIECE_BYTES));
  }

  /** The piece; what is free begins at {@link OutStream.at}. */
  get piece(): Uint8Array<ArrayBuffer> {
    return this.#pieces[this.#which];
  }

  /** Where the free part of the piece begins. */
  get at(): number {
    return this.#length;
  }

  /** Counts bytes that were put into {@link OutStream.free}. */
  advance(length: number): void {
    this.#length += length;
  }

  /** Makes room, by sending off what is there. Rejects when what was sent before could not be written. */
  async flush(): Promise<void> {
    await this.#pending;
    this.#signal?.throwIfAborted();
    const full = this.#pieces[this.#which].subarray(0, this.#length);
    this.#written += full.length;
    this.#pending = this.#sink(full);
    this.#pending.catch(() => {}); // it is looked at by the next flush
    this.#which = this.#which === 0 ? 1 : 0;
    this.#length = 0;
  }

  /** Adds bytes of any length. */
  async put(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      if (this.room === 0) await this.flush();
      const part = bytes.subarray(at, at + this.room);
      this.free().set(part);
      this.#length += part.length;
      at += part.length;
    }
  }

  /** Adds bytes that fit. */
  putNow(bytes: Uint8Array): void {
    this.#pieces[this.#which].set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Adds zeros, up to a multiple of `size`, at once: they must fit. */
  fillNow(size: number): void {
    const missing = (size - this.total % size) % size;
    if (missing === 0) return;
    this.#pieces[this.#which].fill(0, this.#length, this.#length + missing);
    this.#length += missing;
  }

  /** Adds zeros, up to a multiple of `size`. */
  async fill(size: number): Promise<void> {
    if (this.room < size) await this.flush();
    this.fillNow(size);
  }

  /** Sends off the rest and waits until all is written. */
  async finish(): Promise<void> {
    await this.flush();
    await this.#pending;
  }
}
