/**
 * One stream of a command on its way to the caller: read no faster than the caller takes it, and after the command's end no longer
 * than what it said itself needs.
 *
 * @module
 */

import type { Bytes } from "../host/byte_pieces.ts";
import { after } from "../host/timer.ts";
import type { Window } from "../wire/window.ts";

/** What a command has left running may hold its output open. After the command's end it is waited for no longer than this. */
export const LAST_WORDS_MS = 200;
/** The most that a pipe holds: what comes after it was said by others. */
const LAST_WORDS_BYTES = 1024 * 1024;

/** The way out for one stream of one command. */
export class Output {
  readonly #stream: Bytes;
  readonly #dismiss: () => void;
  readonly #window: Window;
  #reading = false;
  /** What is left of the last words, once the command has ended. */
  #left: { ms: number; bytes: number } | undefined;
  #cancel: (() => void) | undefined;

  /** `dismiss`: ends a read that waits. `window`: the stream's, to the caller. */
  constructor(stream: Bytes, dismiss: () => void, window: Window) {
    this.#stream = stream;
    this.#dismiss = dismiss;
    this.#window = window;
  }

  /** Passes it on to its end. */
  async pass(): Promise<void> {
    const pieces = this.#stream[Symbol.asyncIterator]();
    for (;;) {
      const part = await this.#timed(() => pieces.next());
      if (part.done) break;
      await this.#window.send(part.value).catch(() => this.dropAll());
      if (this.#left && (this.#left.bytes -= part.value.length) <= 0) break;
    }
    this.#dismiss();
    await this.#window.end().catch(() => {});
  }

  /** The caller has taken as much, and takes as much more. */
  took(bytes: number): void {
    this.#window.widen(bytes);
  }

  /** The command has ended. */
  commandEnded(): void {
    this.#left = { ms: LAST_WORDS_MS, bytes: LAST_WORDS_BYTES };
    if (this.#reading) this.#arm();
  }

  /** The caller is gone. What is said is read all the same: a command that is about to end must not die of saying so. */
  dropAll(): void {
    this.#window.close();
  }

  async #timed<T>(read: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    this.#reading = true;
    if (this.#left) this.#arm();
    try {
      return await read();
    } finally {
      this.#reading = false;
      this.#cancel?.();
      if (this.#left) this.#left.ms -= performance.now() - startedAt;
    }
  }

  #arm(): void {
    const ms = Math.max(0, Math.ceil(this.#left!.ms));
    this.#cancel = after(ms, this.#dismiss);
  }
}
