/**
 * This process's own terminal in raw mode: keys come as they are, and what is written reaches the terminal as it is.
 *
 * Its modes are set here and not by Deno, which leaves the translation of line ends on: a full-screen program moves down by a line
 * feed, and would find itself in the first column.
 *
 * @module
 */

import { cName, HERE, libc, Open } from "./libc/libc.ts";
import { setRaw } from "./line_end.ts";
import type { TerminalSize } from "./pty.ts";
import { guardTerminal } from "./terminal_guard.ts";
import { after } from "./timer.ts";
import { WaitingHandle } from "./waiting_handle.ts";

/** Requests of `ioctl_tty(2)`. */
const TCGETS = 0x5401;
const TCSETS = 0x5402;
const TIOCGWINSZ = 0x5413;

/** The kernel's `struct termios`: four words of flags, a byte, and the control characters; see `termios(3)`. */
const TERMIOS_BYTES = 36;
const CONTROLS_AT = 17;
const VTIME = 5, VMIN = 6;
/** Flags that raw mode takes away, by word: as `cfmakeraw(3)`. */
const COOKED = [
  // IGNBRK BRKINT PARMRK ISTRIP INLCR IGNCR ICRNL IXON
  0x1 | 0x2 | 0x8 | 0x20 | 0x40 | 0x80 | 0x100 | 0x400,
  // OPOST
  0x1,
  // PARENB CSIZE
  0x100 | 0x30,
  // ISIG ICANON ECHO ECHONL IEXTEN
  0x1 | 0x2 | 0x8 | 0x40 | 0x8000,
] as const;
const CS8 = 0x30;

const STDIN = 0;
const STDOUT = 1;
const USUAL: TerminalSize = { columns: 80, rows: 24 };

/** What ends sooner than this is not guarded: starting the guard would hold up the first prompt. */
const GUARD_AFTER_MS = 100;

/** The terminal. It gets its modes back when this is disposed of, and when this process is killed. */
export class RawTerminal implements Disposable {
  readonly #input = reopened(STDIN);
  readonly #output = reopened(STDOUT);
  readonly #before = new Uint8Array(TERMIOS_BYTES);
  #onResize: (() => void) | undefined;
  #onContinue: (() => void) | undefined;
  readonly #onExit = () => this[Symbol.dispose]();
  readonly #unguarded: () => void;
  #endGuard: (() => void) | undefined;
  #isRaw = false;

  constructor() {
    this.#isRaw = libc().ioctl(STDIN, TCGETS, this.#before) >= 0;
    this.#makeRaw();
    setRaw(this.#isRaw);
    // Whoever stopped us with a signal has had the terminal since.
    this.#onContinue = () => {
      this.#makeRaw();
      this.#onResize?.();
    };
    Deno.addSignalListener("SIGCONT", this.#onContinue);
    globalThis.addEventListener("unload", this.#onExit);
    this.#unguarded = after(GUARD_AFTER_MS, () => {
      if (this.#isRaw) this.#endGuard = guardTerminal(rawModes(this.#before), this.#before);
    });
  }

  /** Whether it was given back. */
  get restored(): boolean {
    return this.#input.closed;
  }

  /** How large it is now. */
  get size(): TerminalSize {
    const size = new Uint8Array(8);
    if (libc().ioctl(STDOUT, TIOCGWINSZ, size) < 0) return USUAL;
    const view = new DataView(size.buffer);
    const [rows, columns] = [view.getUint16(0, true), view.getUint16(2, true)];
    // What knows nothing of sizes, such as a serial line, says 0.
    return {
      columns: columns === 0 ? USUAL.columns : Math.min(columns, 10_000),
      rows: rows === 0 ? USUAL.rows : Math.min(rows, 10_000),
    };
  }

  /** Calls back with each new size. Once. */
  onResize(report: (size: TerminalSize) => void): void {
    this.#onResize = () => report(this.size);
    Deno.addSignalListener("SIGWINCH", this.#onResize);
  }

  /** The next keys; `undefined` once the terminal is gone or was given back. Valid until the next. */
  read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#input.read();
  }

  /** Writes all. False once the terminal is gone. */
  write(bytes: Uint8Array): Promise<boolean> {
    return this.#output.write(bytes as Uint8Array<ArrayBuffer>);
  }

  [Symbol.dispose](): void {
    if (this.#onResize) Deno.removeSignalListener("SIGWINCH", this.#onResize);
    if (this.#onContinue) Deno.removeSignalListener("SIGCONT", this.#onContinue);
    this.#onResize = this.#onContinue = undefined;
    globalThis.removeEventListener("unload", this.#onExit);
    this.#input[Symbol.dispose]();
    this.#output[Symbol.dispose]();
    if (this.#isRaw) libc().ioctl(STDIN, TCSETS, this.#before);
    this.#isRaw = false;
    setRaw(false);
    this.#unguarded();
    this.#endGuard?.();
    this.#endGuard = undefined;
  }

  #makeRaw(): void {
    if (this.#isRaw) libc().ioctl(STDIN, TCSETS, rawModes(this.#before));
  }
}

function rawModes(before: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const modes = before.slice();
  const view = new DataView(modes.buffer);
  for (const [word, flags] of COOKED.entries()) {
    view.setUint32(4 * word, view.getUint32(4 * word, true) & ~flags, true);
  }
  view.setUint32(8, view.getUint32(8, true) | CS8, true);
  modes[CONTROLS_AT + VMIN] = 1;
  modes[CONTROLS_AT + VTIME] = 0;
  return modes;
}

/**
 * Another handle on what a stream is: one that does not block, while the stream itself, which we share with the shell that started
 * us, stays as it is.
 */
function reopened(stream: number): WaitingHandle {
  const flags = Open.BOTH | Open.NONBLOCK | Open.NOCTTY;
  for (const path of [`/proc/self/fd/${stream}`, "/dev/tty"]) {
    const fd = libc().open(HERE, cName(path), flags);
    if (fd >= 0) return new WaitingHandle(fd);
  }
  // Somebody else's terminal, and none of ours.
  return new WaitingHandle(libc().duplicate(stream), true);
}
