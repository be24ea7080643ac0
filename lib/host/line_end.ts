/**
 * How a line ends on the terminal. While it is raw for a command of a box, it does not go back to the first column automatically, and
 * this program may have something to say all the same.
 *
 * @module
 */

let raw = false;

/** Says whether this process's terminal is raw now. */
export function setRaw(isRaw: boolean): void {
  raw = isRaw;
}

/** What ends a line that goes to the terminal, or elsewhere. */
export function lineEnd(terminal: boolean): string {
  return raw && terminal ? "\r\n" : "\n";
}
