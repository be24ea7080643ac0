/**
 * What a caller sends a command to read: kept until the command takes it, so that a signal never waits behind it.
 *
 * @module
 */

import { WINDOW_BYTES } from "../wire/messages.ts";

/** The way in for one command. */
export class Input {
  readonly #write: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
  readonly #more: (bytes: number) => Promise<void>;
  readonly #close: () => void;
  #last: Promise<void> = Promise.resolve();
  #kept = 0;
  #ended = false;
  #stopped = false;

  /** `write`: gives the command bytes; resolves once it has taken them. `more`: asks for as many. `close`: says that this was all. */
  constructor(
    write: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
    more: (bytes: number) => Promise<void>,
    close: () => void = () => {},
  ) {
    this.#write = write;
    this.#more = more;
    this.#close = close;
  }

  /** Takes the next piece; one without content is the end. Throws for more than was asked for. */
  push(content: Uint8Array): void {
    if (content.length === 0) return this.end();
    if (this.#kept + content.length > WINDOW_BYTES) throw new Error("more than was asked for");
    const bytes = content.slice();
    this.#kept += bytes.length;
    this.#last = this.#last.then(() => this.#stopped ? undefined : this.#write(bytes))
      // A command that has closed its input does not hear the rest; the caller may go on.
      .catch(() => {})
      .then(() => {
        this.#kept -= bytes.length;
        return this.#stopped ? undefined : this.#more(bytes.length);
      }).catch(() => {});
  }

  /** Says that nothing follows, once all before it has been taken. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#last = this.#last.then(() => this.#close());
  }

  /** Gives up what was not taken. */
  stop(): void {
    this.#stopped = this.#ended = true;
    this.#close();
  }
}
