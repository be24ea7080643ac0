/**
 * Keeps a process small that passes many bytes on. V8 does not count the buffers that its objects refer to before they are 64 MB.
 *
 * @module
 */

/** How many calls leave a few megabytes behind. Cleaning up takes some milliseconds. */
const CALLS = 16;

let calls = 0;

/** Counts a call that has ended, and cleans up after a number of them. Does nothing where V8 does not offer that. */
export function tidyAfterCall(): void {
  if (++calls % CALLS === 0) (globalThis as { gc?: () => void }).gc?.();
}
