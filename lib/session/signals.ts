/**
 * Passing on to a box's command the signals that this process receives while the command runs on its streams.
 *
 * @module
 */

import type { BoxSignal } from "../runtime/runtime.ts";

/** A signal that can be received and passed on. */
type Received = "SIGINT" | "SIGTERM" | "SIGHUP";

/** Signals being passed on, until this is disposed of. */
export interface Passing extends AsyncDisposable {
  /** The first signal received, if one was. */
  readonly received: Received | undefined;
}

/** Passes signals on. `terminal`: the command has this process's terminal, whose SIGINT reaches it without us. */
export function passSignals(
  to: { signal(signal: BoxSignal): Promise<void> },
  terminal: boolean,
): Passing {
  let received: Received | undefined;
  const passing: Promise<void>[] = [];
  const handlers = (["SIGINT", "SIGTERM", "SIGHUP"] as const).map((signal) => {
    const handler = () => {
      if (signal === "SIGINT" && terminal) return;
      received ??= signal;
      passing.push(to.signal(signal).catch(() => {}));
    };
    Deno.addSignalListener(signal, handler);
    return () => Deno.removeSignalListener(signal, handler);
  });
  return {
    get received() {
      return received;
    },
    [Symbol.asyncDispose]: async () => {
      for (const remove of handlers) remove();
      await Promise.all(passing);
    },
  };
}
