/**
 * One stream of a command on its way to whoever reads it. Each stream has its own, so that one which nobody reads does not keep the
 * other, or the command's end, from being heard.
 *
 * @module
 */

import { WINDOW_BYTES } from "./messages.ts";

/** Takes what came, in order and at the reader's pace. */
export class Sink {
  readonly #take: (chunk: Uint8Array) => void | Promise<void>;
  readonly #took: (bytes: number) => void;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #taken = 0;
  readonly #failed: (error: unknown) => void;

  /** `take`: gives the reader bytes. `took`: reports how many it has taken, not at each piece. `failed`: is given the reader's error. */
  constructor(
    take: (chunk: Uint8Array) => void | Promise<void>,
    took: (bytes: number) => void,
    failed: (error: unknown) => void,
  ) {
    this.#take = take;
    this.#took = took;
    this.#failed = failed;
  }

  /** Passes a piece on. Resolves at once while no more waits than may; a sender that does not heed that waits, too. */
  push(chunk: Uint8Array): Promise<void> {
    this.#waiting += chunk.length;
    this.#last = this.#last.then(() => this.#pass(chunk));
    this.#last.catch(() => {}); // reported
    return this.#waiting > WINDOW_BYTES ? this.#last : Promise.resolve();
  }

  /** Resolves once all has been taken. Rejects with the reader's error. */
  end(): Promise<void> {
    return this.#last;
  }

  async #pass(chunk: Uint8Array): Promise<void> {
    try {
      await this.#take(chunk);
    } catch (error) {
      this.#failed(error);
      throw error;
    }
    this.#waiting -= chunk.length;
    this.#taken += chunk.length;
    if (this.#taken < WINDOW_BYTES / 2) return;
    this.#took(this.#taken);
    this.#taken = 0;
  }
}
