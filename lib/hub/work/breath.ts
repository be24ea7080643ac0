/**
 * Long work in a process that has other duties: now and then they have their turn.
 *
 * @module
 */

import { pause } from "../../host/timer.ts";

/** Longest we work without letting anything else happen, in milliseconds. */
const BREATH_MS = 30;

/** Lets others have their turn. */
export class Breath {
  readonly #signal: AbortSignal | undefined;
  #last = performance.now();

  /** `signal`: what ends the work; its reason is thrown. */
  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** To be called often: nearly always it answers nothing, which need not be waited for. */
  take(): Promise<void> | undefined {
    return performance.now() - this.#last > BREATH_MS ? this.#rest() : undefined;
  }

  async #rest(): Promise<void> {
    await pause(0);
    this.#signal?.throwIfAborted();
    this.#last = performance.now();
  }
}
