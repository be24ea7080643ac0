/**
 * Writing all of some bytes at once, to a file or to a stream of this process.
 *
 * A terminal or pipe that we share with others may have been set not to block by one of them: while it is full it takes nothing, which
 * is no failure.
 *
 * @module
 */

/** How long a stream that is full is left alone. */
const FULL_MS = 5;

/** Something that takes as many bytes as it likes. */
export interface Taker {
  writeSync(bytes: Uint8Array): number;
}

/** Writes all. Throws what writing throws, such as `Deno.errors.BrokenPipe` where nobody reads any more. */
export function writeAll(to: Taker, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    try {
      at += to.writeSync(bytes.subarray(at));
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_MS);
    }
  }
}
