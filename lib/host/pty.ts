/**
 * A terminal of our own: a pair of which a program has one end, as its terminal, and we the other.
 *
 * @module
 */

import { KanibakoError } from "./error.ts";
import { cName, Errno, errnoName, HERE, libc, Open } from "./libc/libc.ts";

/** What a terminal shows, in characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Requests of `ioctl_tty(2)`. */
const TIOCSPTLCK = 0x40045431;
const TIOCGPTN = 0x80045430;
const TIOCSWINSZ = 0x5414;
const POLLIN = 1;
const POLLOUT = 4;
const READ_BYTES = 64 * 1024;

/** Our end. Closing it hangs the terminal up. */
export class Pty implements Disposable {
  /** The path of the program's end. */
  readonly path: string;
  readonly #fd: number;
  readonly #wake: number;
  readonly #buffer = new Uint8Array(READ_BYTES);
  #closing = false;
  /** How many wait for the handles, which must stay until they have come back. */
  #waiting = 0;

  /** Makes a terminal. Throws `no-terminal`. */
  constructor(size: TerminalSize) {
    const c = libc();
    this.#fd = c.open(HERE, cName("/dev/ptmx"), Open.BOTH | Open.NONBLOCK | Open.NOCTTY);
    if (this.#fd < 0) throw failed("there is no terminal to be had", this.#fd);
    this.#wake = c.event();
    const number = new Uint8Array(4);
    const result = Math.min(
      this.#wake,
      c.ioctl(this.#fd, TIOCSPTLCK, new Uint8Array(4)),
      c.ioctl(this.#fd, TIOCGPTN, number),
    );
    this.path = `/dev/pts/${new DataView(number.buffer).getUint32(0, true)}`;
    if (result < 0) {
      this.#close();
      throw failed("the terminal cannot be opened", result);
    }
    this.resize(size);
  }

  /** Tells the program how large its terminal is. */
  resize({ columns, rows }: TerminalSize): void {
    const size = new Uint8Array(8);
    const view = new DataView(size.buffer);
    view.setUint16(0, rows, true);
    view.setUint16(2, columns, true);
    if (!this.#closing) libc().ioctl(this.#fd, TIOCSWINSZ, size);
  }

  /** The next bytes that the program shows; `undefined` once nobody has its end any more, or ours is closed. Valid until the next. */
  async read(): Promise<Uint8Array | undefined> {
    for (;;) {
      if (this.#closing) return undefined;
      const count = libc().read(this.#fd, this.#buffer);
      if (count > 0) return this.#buffer.subarray(0, count);
      // EIO is how a terminal says that the other end was closed.
      if (count !== -Errno.EAGAIN) return undefined;
      await this.#ready(POLLIN);
    }
  }

  /** Types bytes. Gives up once the terminal is closed. */
  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    for (let at = 0; at < bytes.length && !this.#closing;) {
      const count = libc().write(this.#fd, bytes.subarray(at));
      if (count >= 0) at += count;
      else if (count !== -Errno.EAGAIN) return;
      else await this.#ready(POLLOUT);
    }
  }

  [Symbol.dispose](): void {
    if (this.#closing) return;
    this.#closing = true;
    if (this.#waiting === 0) return this.#close();
    libc().write(this.#wake, new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0]));
  }

  async #ready(events: number): Promise<void> {
    const handles = new Uint8Array(16);
    const view = new DataView(handles.buffer);
    view.setInt32(0, this.#fd, true);
    view.setInt16(4, events, true);
    view.setInt32(8, this.#wake, true);
    view.setInt16(12, POLLIN, true);
    this.#waiting++;
    await libc().wait(handles);
    this.#waiting--;
    if (this.#closing && this.#waiting === 0) this.#close();
  }

  #close(): void {
    libc().close(this.#fd);
    if (this.#wake >= 0) libc().close(this.#wake);
  }
}

function failed(what: string, result: number): KanibakoError {
  return new KanibakoError(
    "no-terminal",
    `Cannot give the command a terminal: ${what} (${errnoName(result)}).`,
  );
}
