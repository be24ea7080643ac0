/**
 * How much of a stream may be on its way: whoever sends it waits until its reader asks for more. Both ends of a call send that way.
 *
 * @module
 */

import { type FrameWriter, MAX_CHUNK_BYTES } from "./frame.ts";
import { WINDOW_BYTES } from "./messages.ts";

/** One stream's way out. */
export class Window {
  readonly #writer: FrameWriter;
  readonly #kind: number;
  #room = WINDOW_BYTES;
  #wake: (() => void) | undefined;
  #closed = false;

  /** `kind`: of the frames. */
  constructor(writer: FrameWriter, kind: number) {
    this.#writer = writer;
    this.#kind = kind;
  }

  /** The reader takes this many bytes more. */
  widen(bytes: number): void {
    this.#room = Math.min(WINDOW_BYTES, this.#room + bytes);
    this.#wake?.();
  }

  /** Nobody reads it any more: what is not sent yet is left. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** Sends bytes, no faster than they are asked for. Rejects when the connection is gone. */
  async send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      while (this.#room === 0 && !this.#closed) {
        await new Promise<void>((resolve) => this.#wake = resolve);
      }
      if (this.#closed) return;
      const piece = bytes.subarray(at, at + Math.min(this.#room, MAX_CHUNK_BYTES));
      this.#room -= piece.length;
      at += piece.length;
      await this.#writer.write(this.#kind, piece);
    }
  }

  /** Says that this was all. */
  async end(): Promise<void> {
    if (!this.#closed) await this.#writer.write(this.#kind, new Uint8Array());
  }
}
