/**
 * This process's own terminal, lent to a command of a box: keys go there as they are, and what the box shows is filtered.
 *
 * @module
 */

import { TerminalFilter } from "../terminal/filter.ts";
import type { TerminalRights } from "../terminal/sequence.ts";
import type { CallStreams } from "../wire/caller.ts";

/** What a terminal shows, in characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

const READ_BYTES = 64 * 1024;

/** The terminal, in raw mode until it is given back. */
export class OwnTerminal implements Disposable {
  readonly streams: CallStreams;
  readonly #filter: TerminalFilter;
  #onResize: (() => void) | undefined;

  constructor(rights: TerminalRights) {
    this.#filter = new TerminalFilter(rights);
    const buffer = new Uint8Array(READ_BYTES);
    this.streams = {
      stdin: {
        next: async () => {
          const count = await Deno.stdin.read(buffer);
          return count === null ? undefined : buffer.subarray(0, count);
        },
        cancel: () => {},
      },
      stdout: (bytes) => write(this.#filter.pass(bytes)),
      stderr: (bytes) => write(this.#filter.pass(bytes)),
    };
    Deno.stdin.setRaw(true);
  }

  /** How large it is now. */
  get size(): TerminalSize {
    const { columns, rows } = Deno.consoleSize();
    return { columns: Math.max(1, columns), rows: Math.max(1, rows) };
  }

  /** Calls back with each new size. */
  onResize(report: (size: TerminalSize) => void): void {
    this.#onResize = () => report(this.size);
    Deno.addSignalListener("SIGWINCH", this.#onResize);
  }

  [Symbol.dispose](): void {
    if (this.#onResize) Deno.removeSignalListener("SIGWINCH", this.#onResize);
    Deno.stdin.setRaw(false);
  }
}

function write(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}
