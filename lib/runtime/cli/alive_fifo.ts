/**
 * The FIFO that the first process of a box holds open, and what is said there: one byte when the box begins, one for each
 * thing it leaves, end-of-file when nobody in it holds its end any more.
 *
 * When a run fails, its words decide what is tried next, and those words may be the box's own. The box's first process
 * therefore says that it has begun before anything else runs. Its user can only write to the FIFO of a foreground run, so that
 * nothing in the box can take that word back.
 *
 * @module
 */

import { debug } from "../../host/log.ts";
import { after, pause } from "../../host/timer.ts";

/** What the box's script says, as in `enter.sh`: that it has begun; that it left something. */
const BEGUN = "s".charCodeAt(0);
const LEFT = "o".charCodeAt(0);
/** Our own word: all that was said before it has been read. */
const SEEN = "h".charCodeAt(0);
/** Should root of a box take our own word, we do not wait for ever. */
const PATIENCE_MS = 2000;
/** After what means nothing we read again this much later. */
const JUNK_MS = 200;

/** Reads one run's FIFO. Nothing is opened before somebody asks. */
export class AliveFifo implements AsyncDisposable {
  readonly #path: string;
  readonly #buffer = new Uint8Array(64 * 1024);
  #source: Deno.FsFile | undefined;
  /** So that there is a writer until the box is one. */
  #sink: Deno.FsFile | undefined;
  #reading: Promise<boolean> | undefined;
  #begun = Promise.withResolvers<boolean>();
  #watching = false;
  #hasBegun = false;
  #left = false;
  /** Whether what was read last meant nothing. */
  #junk = false;
  #seen = 0;
  #closed = false;

  /** The FIFO of a run that was begun by whoever. */
  constructor(path: string) {
    this.#path = path;
  }

  /** Opens a new FIFO that the box is only to write to, and listens until it begins. */
  static watched(path: string): AliveFifo {
    const fifo = new AliveFifo(path);
    fifo.#open();
    Deno.chmodSync(path, 0o200);
    fifo.#watch();
    return fifo;
  }

  /** Whether this process listens for the beginning, and so is a writer itself until then. */
  get isWatched(): boolean {
    return this.#watching;
  }

  /** True once the box has begun; false when this is closed before. */
  get begun(): Promise<boolean> {
    this.#watch();
    return this.#begun.promise;
  }

  /** Whether the box has begun, everything taken into account that it has said by now. */
  async hasBegun(): Promise<boolean> {
    if (this.#hasBegun || this.#closed || !this.#open()) return this.#hasBegun;
    await this.#readAll(() => this.#hasBegun);
    return this.#hasBegun;
  }

  /** Waits until the box says that it left something, or until nobody in it holds its end. */
  async wait(): Promise<"said" | "silent"> {
    // Before a box that is about to begin has opened its end there is nobody who could hold it.
    if (this.#watching) await this.begun;
    // Whoever waits for the end must not be a writer.
    if (!this.#closed && this.#open()) this.#sink = closed(this.#sink);
    while (!this.#closed && this.#source) {
      if (this.#left) {
        this.#left = false;
        return "said";
      }
      if (!await this.#read()) return this.#left ? this.#answer() : "silent";
      // A box that writes what means nothing must not keep us busy. It waits once the pipe is full.
      if (this.#junk) await pause(JUNK_MS);
    }
    return "silent";
  }

  /** Lets go of the FIFO. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#reading) await this.#readAll();
    this.#begun.resolve(this.#hasBegun);
    this.#sink = closed(this.#sink);
    this.#source = closed(this.#source);
  }

  #answer(): "said" {
    this.#left = false;
    return "said";
  }

  /** Listens for the beginning, and no longer: a box that says too much fills the pipe, and waits for us. */
  #watch(): void {
    if (this.#watching || this.#closed) return;
    this.#watching = true;
    void (async () => {
      if (!this.#open()) return;
      while (!this.#hasBegun && !this.#closed && await this.#read());
      // From here on only the box is a writer, so that its end is seen.
      this.#sink = closed(this.#sink);
    })();
  }

  /** Opens both ends without waiting for the box. False when the FIFO is gone. */
  #open(): boolean {
    if (this.#source) return true;
    try {
      // With a writer there, even if it is us, opening returns at once.
      this.#sink = Deno.openSync(this.#path, { read: true, write: true });
      this.#source = Deno.openSync(this.#path, { read: true });
      return true;
    } catch (error) {
      debug(() => `no FIFO: ${error}`);
      this.#sink = closed(this.#sink);
      return false;
    }
  }

  /** Reads what is there, or waits for it; one read at a time. False at the end. */
  #read(): Promise<boolean> {
    return this.#reading ??= this.#readOnce().finally(() => this.#reading = undefined);
  }

  async #readOnce(): Promise<boolean> {
    const count = await this.#source?.read(this.#buffer).catch(() => null);
    if (!count) return false;
    const said = this.#buffer.subarray(0, count);
    this.#junk = !said.some((byte) => byte === SEEN || byte === LEFT || byte === BEGUN);
    if (said.includes(SEEN)) this.#seen++;
    if (said.includes(LEFT)) this.#left = true;
    if (said.includes(BEGUN)) {
      this.#hasBegun = true;
      this.#begun.resolve(true);
    }
    return true;
  }

  /** Reads everything that was said before now: our own word comes last. */
  async #readAll(enough: () => boolean = () => false): Promise<void> {
    const before = this.#seen;
    try {
      // For writing alone, as the box may: that does not wait, since we read.
      using sink = await Deno.open(this.#path, { write: true });
      await sink.write(Uint8Array.of(SEEN));
    } catch (error) {
      debug(() => `cannot say anything to ourselves: ${error}`);
    }
    let cancel: (() => void) | undefined;
    const patience = new Promise<boolean>((resolve) => cancel = after(PATIENCE_MS, () => resolve(false)));
    while (!enough() && this.#seen === before && await Promise.race([this.#read(), patience]));
    cancel?.();
  }
}

function closed(file: Deno.FsFile | undefined): undefined {
  file?.close();
  return undefined;
}
