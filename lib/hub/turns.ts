/**
 * Turns for work that takes long: one at a time of all, and of each who asks only one waits in line with the others.
 *
 * @module
 */

/** Work of many askers, one after the other. */
export class FairTurns {
  /** What each has asked last. */
  readonly #own = new Map<number, Promise<unknown>>();
  #last: Promise<unknown> = Promise.resolve();

  /** Does it when its time has come. Rejects as it does. */
  async take<T>(asker: number, act: () => Promise<T>): Promise<T> {
    const before = this.#own.get(asker) ?? Promise.resolve();
    const done = before.catch(() => {}).then(() => {
      const mine = this.#last.catch(() => {}).then(act);
      this.#last = mine;
      return mine;
    });
    this.#own.set(asker, done);
    try {
      return await done;
    } finally {
      if (this.#own.get(asker) === done) this.#own.delete(asker);
    }
  }
}
