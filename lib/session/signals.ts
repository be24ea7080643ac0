/**
 * Passing on to a box's command the signals that this process receives while the command runs on its streams.
 *
 * @module
 */

import type { BoxSignal } from "../runtime/runtime.ts";

/** A signal that can be received and passed on. */
type Received = "SIGINT" | "SIGTERM" | "SIGHUP";

/** What takes signals: a command that has begun. */
type Target = { signal(signal: BoxSignal): Promise<void> };

/** So many signals end a call into a box that runs on, whatever the command does: one that heeds none could keep it for ever. */
export const MOST_SIGNALS = 3;

const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** Signals being caught, until this is disposed of. */
export interface Signals extends AsyncDisposable {
  /** The first signal received, if one was. */
  readonly received: Received | undefined;
  /** Passes on what was received, and what will be. */
  passTo(target: Target): void;
}

/**
 * Catches signals, from before there is a command to take them: one that came meanwhile reaches it when it begins. A second one
 * before that ends this process, as it would without us. `terminal`: the command has this process's terminal, whose SIGINT reaches
 * it without us. `most`: this many end this process at any time.
 */
export function catchSignals(terminal: boolean, most = Infinity): Signals {
  const early: Received[] = [];
  const passing: Promise<void>[] = [];
  let received: Received | undefined;
  let count = 0;
  let target: Target | undefined;
  const pass = (to: Target, signal: Received) => void passing.push(to.signal(signal).catch(() => {}));
  const handlers = (["SIGINT", "SIGTERM", "SIGHUP"] as const).map((signal) => {
    const handler = () => {
      if (signal === "SIGINT" && terminal) return;
      received ??= signal;
      if (++count >= most) Deno.exit(128 + NUMBERS[signal]);
      if (target) return pass(target, signal);
      if (early.length > 0) Deno.exit(128 + NUMBERS[signal]);
      early.push(signal);
    };
    Deno.addSignalListener(signal, handler);
    return () => Deno.removeSignalListener(signal, handler);
  });
  return {
    get received() {
      return received;
    },
    passTo: (to) => {
      target = to;
      for (const signal of early.splice(0)) pass(to, signal);
    },
    [Symbol.asyncDispose]: async () => {
      for (const remove of handlers) remove();
      await Promise.all(passing);
    },
  };
}
