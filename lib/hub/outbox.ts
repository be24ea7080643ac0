/**
 * What goes out on one connection: in order, and as much at once as there is. A reader that is slow is not waited for by anybody else.
 *
 * @module
 */

import { soon } from "./batch.ts";
import type { Mail } from "./mailboxes.ts";

/** With so many bytes on their way nothing more is sent unasked. */
const ROOM_BYTES = 64 * 1024;
/** Most bytes of one write. */
const WRITE_BYTES = 64 * 1024;

interface Piece {
  readonly bytes: Uint8Array;
  /** What is lost if it does not get there. */
  readonly mail: readonly Mail[];
}

/** Who is called by an outbox. */
export interface OutboxOptions {
  /** There is room again. */
  readonly drained: () => void;
  /** The connection is gone; these messages did not get there. */
  readonly failed: (lost: readonly Mail[]) => void;
}

/** What waits to be written. */
export class Outbox {
  readonly #target: { write(bytes: Uint8Array): Promise<number> };
  readonly #options: OutboxOptions;
  #pieces: Piece[] = [];
  #bytes = 0;
  #writing = false;
  #work: Promise<void> | undefined;
  #failed = false;
  #idle: (() => void)[] = [];

  constructor(target: { write(bytes: Uint8Array): Promise<number> }, options: OutboxOptions) {
    this.#target = target;
    this.#options = options;
  }

  get hasRoom(): boolean {
    return this.#bytes < ROOM_BYTES && !this.#failed;
  }

  /** Sends bytes. Never throws. */
  push(bytes: Uint8Array, mail: readonly Mail[] = []): void {
    if (this.#failed) return this.#options.failed(mail);
    this.#pieces.push({ bytes, mail });
    this.#bytes += bytes.length;
    if (!this.#writing) soon(this.#start);
  }

  readonly #start = (): void => {
    if (!this.#writing && this.#pieces.length > 0) this.#work = this.#writeAll();
  };

  /** Resolves once there is room, or nobody reads any more. */
  room(): Promise<void> | undefined {
    if (this.#bytes < ROOM_BYTES || this.#failed) return undefined;
    return new Promise((resolve) => void this.#idle.push(resolve));
  }

  /** Resolves once all has been written, or nobody reads any more. */
  async flushed(): Promise<void> {
    await this.#work;
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    while (this.#pieces.length > 0) {
      const batch = this.#next();
      const bytes = batch.length === 1 ? batch[0]!.bytes : joined(batch);
      try {
        for (let done = 0; done < bytes.length;) done += await this.#target.write(bytes.subarray(done));
      } catch {
        this.#fail(batch);
        break;
      }
      const before = this.#bytes;
      this.#bytes -= bytes.length;
      if (before >= ROOM_BYTES && this.#bytes < ROOM_BYTES) this.#release();
    }
    this.#writing = false;
  }

  /** The pieces of the next write. */
  #next(): Piece[] {
    let bytes = 0;
    let count = 0;
    while (count < this.#pieces.length && (count === 0 || bytes < WRITE_BYTES)) {
      bytes += this.#pieces[count++]!.bytes.length;
    }
    return this.#pieces.splice(0, count);
  }

  #fail(batch: readonly Piece[]): void {
    const lost = [...batch, ...this.#pieces].flatMap(({ mail }) => mail);
    this.#failed = true;
    this.#pieces = [];
    this.#bytes = 0;
    this.#options.failed(lost);
    this.#release();
  }

  #release(): void {
    for (const resolve of this.#idle.splice(0)) resolve();
    if (!this.#failed) this.#options.drained();
  }
}

function joined(pieces: readonly Piece[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let at = 0;
  for (const { bytes } of pieces) {
    whole.set(bytes, at);
    at += bytes.length;
  }
  return whole;
}
