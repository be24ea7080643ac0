/**
 * Whether a box's command ever started, told in a way the box cannot take back.
 *
 * When a run fails, its words decide what is tried next. Those words may be the box's own. The box's first process therefore
 * says one byte into a FIFO that it sees read-only, before anything else runs; after that byte no word is the engine's.
 *
 * @module
 */

/** Watches one run's FIFO. Open it before the run. */
export class StartWitness implements Disposable {
  readonly #fifo: Deno.FsFile;
  #started = false;

  private constructor(fifo: Deno.FsFile) {
    this.#fifo = fifo;
  }

  /** Opens the FIFO; for both directions, so that it does not wait for the box. */
  static async open(path: string): Promise<StartWitness> {
    return new StartWitness(await Deno.open(path, { read: true, write: true }));
  }

  /** Whether the box's command started. */
  started(): boolean {
    if (this.#started) return true;
    // Our own byte comes last, so that reading never waits.
    this.#fifo.writeSync(new TextEncoder().encode("h"));
    const buffer = new Uint8Array(64);
    const count = this.#fifo.readSync(buffer) ?? 0;
    this.#started = new TextDecoder().decode(buffer.subarray(0, count)).includes("s");
    return this.#started;
  }

  /** Lets go of the FIFO. */
  [Symbol.dispose](): void {
    this.#fifo.close();
  }
}
