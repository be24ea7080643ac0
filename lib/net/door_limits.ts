/**
 * What one box may use of its way out, so that no box is in the way of others. Each limit says when it acts.
 *
 * @module
 */

import { Bucket } from "./bucket.ts";
import type { LimitName } from "./door_event.ts";
import type { NetworkFile } from "./network_file.ts";

/** The limits that settings decide about. */
export type Limits = NetworkFile["limits"];

/** Questions for names a second. They are cheap, but each is a connection. */
const NAMES_A_SECOND = 1000;
const LARGEST_READ = 128 * 1024;
const SMALLEST_READ = 1024;

/** The limits of one box, and what it has used. */
export class DoorLimits implements Disposable {
  readonly #acts: (limit: LimitName) => void;
  readonly #names = new Bucket(NAMES_A_SECOND);
  readonly #rate: Bucket;
  readonly #bytes: Bucket;
  #limits: Limits;
  #connections = 0;
  #passed = 0;

  /** `acts`: called whenever a limit makes something wait or refuses it. */
  constructor(limits: Limits, acts: (limit: LimitName) => void) {
    this.#limits = limits;
    this.#acts = acts;
    this.#rate = new Bucket(limits.rate);
    this.#bytes = new Bucket(limits.bytesPerSecond);
  }

  /** Other limits from now on; what was used counts. */
  set(limits: Limits): void {
    this.#limits = limits;
    this.#rate.perSecond = limits.rate;
    this.#bytes.perSecond = limits.bytesPerSecond;
  }

  [Symbol.dispose](): void {
    for (const bucket of [this.#names, this.#rate, this.#bytes]) bucket[Symbol.dispose]();
  }

  /** Waits until one more name may be asked for. */
  async name(): Promise<void> {
    await this.#wait(this.#names.take(1), "names");
  }

  /** Counts one more connection in, once its turn has come. `undefined`: there may be none. */
  async connection(): Promise<Disposable | undefined> {
    if (this.#isUsedUp()) {
      this.#acts("bytes");
      return undefined;
    }
    if (this.#connections >= this.#limits.connections) {
      this.#acts("connections");
      return undefined;
    }
    // It counts while it waits: those that wait are bounded, too.
    this.#connections++;
    await this.#wait(this.#rate.take(1), "rate");
    return { [Symbol.dispose]: () => void this.#connections-- };
  }

  /** How much is read at once: small pieces where little may pass, so that no connection keeps others waiting for long. */
  get read(): number {
    const { bytesPerSecond } = this.#limits;
    return bytesPerSecond === 0
      ? LARGEST_READ
      : Math.max(SMALLEST_READ, Math.min(LARGEST_READ, Math.floor(bytesPerSecond / 4)));
  }

  /** Asked before bytes pass: they wait until it resolves. Throws when no more may. */
  pass(bytes: number): Promise<void> | undefined {
    this.#passed += bytes;
    if (this.#isUsedUp()) {
      this.#acts("bytes");
      throw new Error("the session's bytes are used up");
    }
    const wait = this.#bytes.take(bytes);
    if (wait) this.#acts("bytes_per_second");
    return wait;
  }

  #isUsedUp(): boolean {
    return this.#limits.bytes > 0 && this.#passed >= this.#limits.bytes;
  }

  async #wait(turn: Promise<void> | undefined, limit: LimitName): Promise<void> {
    if (!turn) return;
    this.#acts(limit);
    await turn;
  }
}
