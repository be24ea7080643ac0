/**
 * Work that is done once for many questions. Whoever sends many at once has them read at once; what is written of each (answers, messages,
 * lines of the log) goes out together when the last of them is answered.
 *
 * @module
 */

let isHeld = false;
const waiting = new Set<() => void>();

/** Says whether more questions follow that are there already. When none do, what waits is done. */
export function hold(more: boolean): void {
  isHeld = more;
  if (more || waiting.size === 0) return;
  const calls = [...waiting];
  waiting.clear();
  for (const call of calls) call();
}

/** Does something at once, or once for all that is said of it until the questions that are there are answered. */
export function soon(call: () => void): void {
  if (isHeld) waiting.add(call);
  else call();
}
