/**
 * A terminal of our own: a pair of which a program has one end, as its terminal, and we the other.
 *
 * @module
 */

import { KanibakoError } from "./error.ts";
import { cName, errnoName, HERE, libc, Open } from "./libc/libc.ts";
import { WaitingHandle } from "./waiting_handle.ts";

/** What a terminal shows, in characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Requests of `ioctl_tty(2)`. */
const TIOCSPTLCK = 0x40045431;
const TIOCGPTN = 0x80045430;
const TIOCSWINSZ = 0x5414;

/** Our end. Closing it hangs the terminal up. */
export class Pty implements Disposable {
  /** The path of the program's end. */
  readonly path: string;
  readonly #handle: WaitingHandle;

  /** Makes a terminal. Throws `no-terminal`. */
  constructor(size: TerminalSize) {
    const c = libc();
    const fd = c.open(HERE, cName("/dev/ptmx"), Open.BOTH | Open.NONBLOCK | Open.NOCTTY);
    if (fd < 0) throw failed("there is no terminal to be had", fd);
    this.#handle = new WaitingHandle(fd);
    const number = new Uint8Array(4);
    const result = Math.min(c.ioctl(fd, TIOCSPTLCK, new Uint8Array(4)), c.ioctl(fd, TIOCGPTN, number));
    this.path = `/dev/pts/${new DataView(number.buffer).getUint32(0, true)}`;
    if (result < 0) {
      this[Symbol.dispose]();
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
    if (!this.#handle.closed) libc().ioctl(this.#handle.fd, TIOCSWINSZ, size);
  }

  /** The next bytes that the program shows; `undefined` once nobody has its end any more, or ours is closed. Valid until the next. */
  read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#handle.read();
  }

  /** Types bytes. Gives up once the terminal is closed. */
  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#handle.write(bytes);
  }

  [Symbol.dispose](): void {
    this.#handle[Symbol.dispose]();
  }
}

function failed(what: string, result: number): KanibakoError {
  return new KanibakoError(
    "no-terminal",
    `Cannot give the command a terminal: ${what} (${errnoName(result)}).`,
  );
}
