/**
 * Keeps a process small that passes many bytes on. V8 does not count the buffers that its objects refer to before they are 64 MB. Nothing
 * of this does anything where V8 does not offer it.
 *
 * @module
 */

/** How many calls leave a few megabytes behind. Cleaning up takes some milliseconds. */
const CALLS = 16;
/** So much in buffers that were used once. Cleaning up after what is that young takes less than one. */
const BYTES = 4 * 1024 * 1024;

const { gc } = globalThis as { gc?: (how?: { type: "minor" }) => void };
let calls = 0;
let bytes = 0;

/** Counts a call that has ended, and cleans up after a number of them. */
export function tidyAfterCall(): void {
  if (++calls % CALLS === 0) gc?.();
}

/** Counts a buffer that somebody else has made and nobody needs soon, and cleans up after a number of them. */
export function tidyAfterBytes(count: number): void {
  bytes += count;
  if (bytes < BYTES) return;
  bytes = 0;
  gc?.({ type: "minor" });
}
