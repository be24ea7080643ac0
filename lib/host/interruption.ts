/**
 * Work that is undone when a signal would end us.
 *
 * @module
 */

import { KanibakoError } from "./error.ts";

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Runs `work` with a signal that fires when the user or the system wants us to end, or when `outer` does. The work then
 * rejects, having taken away what it had begun; the error is `interrupted` with the exit code the signal stands for.
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  using interruption = new Interruption((name) => `Stopped by ${name}. What was begun has been taken away.`);
  const signal = outer ? AbortSignal.any([interruption.signal, outer]) : interruption.signal;
  try {
    return await work(signal);
  } catch (error) {
    // A child that was ended with us complains first; what ended it is the reason.
    throw interruption.signal.aborted ? interruption.signal.reason : error;
  }
}

/** Until it is disposed, signals that would end us fire an abort signal instead, with the error `interrupted` as its reason. */
export class Interruption implements Disposable {
  readonly #controller = new AbortController();
  readonly #listeners: readonly (readonly [Deno.Signal, () => void])[];

  /** `message`: what the error says, by the signal's name. `once`: a second signal ends us. */
  constructor(message: (name: string) => string, { once = false }: { readonly once?: boolean } = {}) {
    this.#listeners = Object.entries(SIGNALS).map(([name, exitCode]) => {
      const reason = () => new KanibakoError("interrupted", message(name), { exitCode });
      const listener = () => {
        if (once) this[Symbol.dispose]();
        this.#controller.abort(reason());
      };
      return [name as Deno.Signal, listener];
    });
    for (const [name, listener] of this.#listeners) Deno.addSignalListener(name, listener);
  }

  /** Fires at the first of them. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Signals end us again. */
  [Symbol.dispose](): void {
    for (const [name, listener] of this.#listeners) Deno.removeSignalListener(name, listener);
  }
}
