/**
 * Standard input for a command whose start may take two tries: what the first one has taken is there again for the second.
 *
 * @module
 */

/** The input of this process, for one command. */
export class ReplayedInput {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  /** What was read, until the command has begun. */
  #read: Uint8Array[] | undefined = [];
  #reading: Promise<Uint8Array | undefined> | undefined;
  #ended = false;

  constructor(input: ReadableStream<Uint8Array>) {
    this.#reader = input.getReader();
  }

  /** All of it from its beginning. A stream that was given before gets no more. */
  stream(): ReadableStream<Uint8Array> {
    const again = [...this.#read ?? []];
    return new ReadableStream({
      pull: async (controller) => {
        const known = again.shift();
        if (known) return controller.enqueue(known);
        if (this.#ended) return controller.close();
        // A stream that nobody reads any more may be waiting for the same piece.
        const value = await (this.#reading ??= this.#next());
        if (!value) controller.close();
        else controller.enqueue(value);
      },
    }, { highWaterMark: 0 });
  }

  async #next(): Promise<Uint8Array | undefined> {
    const { done, value } = await this.#reader.read();
    this.#reading = undefined;
    this.#ended ||= done;
    if (value) this.#read?.push(value);
    return value;
  }

  /** The command has begun: from now on nothing is kept. */
  begun(): void {
    this.#read = undefined;
  }
}
