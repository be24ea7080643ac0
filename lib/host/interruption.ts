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
  const controller = new AbortController();
  const removers = Object.entries(SIGNALS).map(([name, exitCode]) => {
    const listener = () =>
      controller.abort(
        new KanibakoError("interrupted", `Stopped by ${name}. What was begun has been taken away.`, {
          exitCode,
        }),
      );
    Deno.addSignalListener(name as Deno.Signal, listener);
    return () => Deno.removeSignalListener(name as Deno.Signal, listener);
  });
  const signal = outer ? AbortSignal.any([controller.signal, outer]) : controller.signal;
  try {
    return await work(signal);
  } catch (error) {
    // A child that was ended with us complains first; what ended it is the reason.
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    for (const remove of removers) remove();
  }
}
