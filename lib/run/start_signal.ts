/**
 * Whether a box's command ever started, told in a way the box cannot take back.
 *
 * When a run fails, its words decide what is tried next. Those words may be the box's own. The box's first process therefore
 * says one byte into a FIFO that it sees read-only, before anything else runs; after that byte no word is the engine's.
 *
 * @module
 */

/** Watches one run's FIFO. Open it before the run. */
export class StartWitness implements AsyncDisposable {
  readonly #source: Deno.FsFile;
  /** For our own byte. Another handle, as one does one thing at a time. */
  readonly #sink: Deno.FsFile;
  /** Reads from the beginning: where root of a box may read what its user may not, it must be the faster one. */
  readonly #reading: Promise<void>;
  #started = false;
  #asked = false;

  private constructor(source: Deno.FsFile, sink: Deno.FsFile) {
    this.#source = source;
    this.#sink = sink;
    this.#reading = this.#read();
  }

  /** Opens the FIFO; for both directions, so that it does not wait for the box. The box can then only write to it. */
  static async open(path: string): Promise<StartWitness> {
    const open = () => Deno.open(path, { read: true, write: true });
    // It may be the one of the run before.
    await Deno.chmod(path, 0o600);
    const [source, sink] = [await open(), await open()];
    await Deno.chmod(path, 0o200);
    return new StartWitness(source, sink);
  }

  /** Whether the box's command is known to have started by now. */
  get hasStarted(): boolean {
    return this.#started;
  }

  /** Whether the box's command started. What the box says after this was first asked does not count. */
  async started(): Promise<boolean> {
    if (!this.#asked) {
      this.#asked = true;
      // Our own byte comes last, so that the reading ends.
      await this.#sink.write(new TextEncoder().encode(END));
    }
    // Should a box live on and take that one, we do not wait for ever.
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([this.#reading, new Promise((resolve) => timer = setTimeout(resolve, PATIENCE_MS))]);
    clearTimeout(timer);
    return this.#started;
  }

  /** Lets go of the FIFO. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.started();
    this.#sink.close();
    this.#source.close();
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(4096);
    for (;;) {
      const count = await this.#source.read(buffer).catch(() => null);
      if (count === null) return;
      const text = new TextDecoder().decode(buffer.subarray(0, count));
      this.#started ||= text.includes(STARTED);
      if (text.includes(END)) return;
    }
  }
}

/** What the box's first process says, as in `enter.sh`. */
const STARTED = "s";
const END = "h";
const PATIENCE_MS = 2000;
