/**
 * The FIFO that the first process of a box holds open, and what is said there: one byte when the box begins, one for each
 * thing it leaves, end-of-file when nobody in it holds its end any more.
 *
 * When a run fails, its words decide what is tried next, and those words may be the box's own. The box's first process
 * therefore says that it has begun before anything else runs. Its user can only write to the FIFO of a foreground run, so that
 * nothing in the box can take that word back.
 *
 * What comes out of it is the box's. It may fill the pipe, say anything, and as root take what is in it. So nothing here waits for
 * room in it, and nothing is waited for longer than {@link PATIENCE_MS} but what the box itself is to say.
 *
 * @module
 */

import { writeAtOnce } from "../../host/fifo.ts";
import { debug } from "../../host/log.ts";
import { after, pause } from "../../host/timer.ts";

/** What the box's script says, as in `crab/enter/`: that it has begun; that it left something. */
const BEGUN = "s".charCodeAt(0);
const LEFT = "o".charCodeAt(0);
/** How long our own mark is waited for. Root of a box can take it away. */
const PATIENCE_MS = 2000;
/** How often the mark is given again meanwhile. */
const AGAIN_MS = 50;
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
  #waiting = false;
  #hasBegun = false;
  #left = false;
  /** Whether what was read last meant nothing. */
  #junk = false;
  /** What is looked for in what is read, beside words of the box. */
  readonly #marks = new Set<Mark>();
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
    this.#waiting = true;
    // Before a box that is about to begin has opened its end there is nobody who could hold it.
    if (this.#watching && !this.#hasBegun) await this.begun;
    // Whoever waits for the end must not be a writer.
    if (!this.#closed && this.#open()) this.#sink = closed(this.#sink);
    while (!this.#closed && this.#source) {
      if (this.#left) return this.#answer();
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
    const reading = this.#reading;
    if (reading) {
      // It ends with the next byte, whoever says it.
      let done = false;
      void reading.then(() => done = true);
      await this.#readAll(() => done);
    }
    this.#begun.resolve(this.#hasBegun);
    this.#letGo();
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
      while (!this.#hasBegun && !this.#closed && await this.#read()) if (this.#junk) await pause(JUNK_MS);
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

  #letGo(): void {
    this.#sink = closed(this.#sink);
    this.#source = closed(this.#source);
  }

  /** Reads what is there, or waits for it; one read at a time. False at the end. */
  #read(): Promise<boolean> {
    return this.#reading ??= this.#readOnce().finally(() => this.#reading = undefined);
  }

  async #readOnce(): Promise<boolean> {
    const count = await this.#source?.read(this.#buffer).catch(() => null);
    if (!count) return false;
    const said = this.#buffer.subarray(0, count);
    let ours = false;
    for (const mark of this.#marks) ours = mark.isIn(said) || ours;
    this.#junk = !ours && !said.some((byte) => byte === LEFT || byte === BEGUN);
    if (said.includes(LEFT)) this.#left = true;
    if (said.includes(BEGUN) && !this.#hasBegun) {
      this.#hasBegun = true;
      // From here on only the box has it open, so that its end is seen whatever it has left in the pipe.
      if (this.#waiting) this.#sink = closed(this.#sink);
      else if (this.#watching) this.#letGo();
      // Nothing that can be taken back any more: others of ours may ask now whether the box lives, without being root.
      if (this.#watching) openToOwner(this.#path);
      this.#begun.resolve(true);
    }
    return true;
  }

  /** Reads everything that was said before now, or until it is enough: a mark of ours comes last. */
  async #readAll(enough: () => boolean): Promise<void> {
    const mark = new Mark();
    this.#marks.add(mark);
    let over = false;
    const cancel = after(PATIENCE_MS, () => over = true);
    while (!enough() && !mark.seen && !over) {
      // Without room for it there is something to read first.
      this.#say(mark);
      const read = await Promise.race([this.#read(), pause(AGAIN_MS)]);
      if (read === false) break;
    }
    cancel();
    this.#marks.delete(mark);
  }

  #say(mark: Mark): void {
    try {
      writeAtOnce(this.#path, mark.bytes);
    } catch (error) {
      debug(() => `cannot say anything to ourselves: ${error}`);
      // Without the C library a write may have to wait for room: it does that alone, once.
      if (!mark.given) void writeAlone(this.#path, mark.bytes);
    }
    mark.given = true;
  }
}

/** Some bytes that nobody else says by chance, and no words of the box. */
class Mark {
  readonly bytes: Uint8Array<ArrayBuffer>;
  given = false;
  seen = false;
  readonly #text = `<${crypto.randomUUID()}>`;
  #tail = "";

  constructor() {
    this.bytes = new TextEncoder().encode(this.#text);
  }

  /** Takes the next piece of what is read. Whether the mark ends in it. */
  isIn(piece: Uint8Array): boolean {
    const text = this.#tail + new TextDecoder("latin1").decode(piece);
    this.#tail = text.slice(1 - this.#text.length);
    const found = text.includes(this.#text);
    this.seen ||= found;
    return found;
  }
}

async function writeAlone(path: string, bytes: Uint8Array): Promise<void> {
  try {
    using sink = await Deno.open(path, { write: true });
    await sink.write(bytes);
  } catch (error) {
    debug(() => `cannot write to ${path}: ${error}`);
  }
}

function openToOwner(path: string): void {
  try {
    Deno.chmodSync(path, 0o600);
  } catch (error) {
    debug(() => `cannot change ${path}: ${error}`);
  }
}

function closed(file: Deno.FsFile | undefined): undefined {
  file?.close();
  return undefined;
}
