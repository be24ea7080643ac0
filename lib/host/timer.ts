/**
 * Timers that cost a short command nothing.
 *
 * The first use of `setTimeout` or `setInterval` loads Node's version of them with half of what Node has, for 7 ms. The
 * timer of an `AbortSignal` is the runtime's own.
 *
 * @module
 */

/** Calls `action` once in `ms` milliseconds. Until then it keeps the process alive. Returns what takes it back. */
export function after(ms: number, action: () => void): () => void {
  const signal = AbortSignal.timeout(ms);
  const call = () => action();
  signal.addEventListener("abort", call, { once: true });
  // Without a listener the timer no longer keeps the process alive.
  return () => signal.removeEventListener("abort", call);
}

/** Calls `action` every `ms` milliseconds until it is taken back by what is returned. */
export function every(ms: number, action: () => void): () => void {
  let cancel: () => void;
  const arm = () => {
    cancel = after(ms, () => {
      arm();
      action();
    });
  };
  arm();
  return () => cancel();
}

/** Waits `ms` milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void after(ms, resolve));
}
