/**
 * A handle on a terminal that is read and written without holding up this process, and can be closed while somebody waits for it:
 * what Deno reads from a terminal cannot be taken back, and would swallow the next key.
 *
 * @module
 */

import { Errno, libc } from "./libc/libc.ts";

const POLLIN = 1;
const POLLOUT = 4;
const READ_BYTES = 64 * 1024;

/** Of a handle that blocks, what is written at once: it is ready for some bytes, and nothing says for how many. */
const PATIENT_BYTES = 256;

/** The handle, closed when this is disposed of. */
export class WaitingHandle implements Disposable {
  /** Its number. */
  readonly fd: number;
  readonly #wake: number;
  #buffer: Uint8Array<ArrayBuffer> | undefined;
  #closing = false;
  /** How many wait for the handles, which must stay until they have come back. */
  #waiting = 0;

  readonly #blocks: boolean;

  /** `blocks`: it was not opened not to block, and is waited for before each use. */
  constructor(fd: number, blocks = false) {
    this.fd = fd;
    this.#blocks = blocks;
    this.#wake = libc().event();
  }

  /** Whether it was disposed of. */
  get closed(): boolean {
    return this.#closing;
  }

  /** The next bytes; `undefined` once nobody has the other end any more, or it is closed. Valid until the next. */
  async read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const buffer = this.#buffer ??= new Uint8Array(READ_BYTES);
    for (;;) {
      if (this.#blocks && !this.#closing) await this.#ready(POLLIN);
      if (this.#closing) return undefined;
      const count = libc().read(this.fd, buffer);
      if (count > 0) return buffer.subarray(0, count);
      // EIO is how a terminal says that the other end was closed.
      if (count !== -Errno.EAGAIN) return undefined;
      await this.#ready(POLLIN);
    }
  }

  /** Writes all. False once it is closed, or nobody has the other end. */
  async write(bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
    for (let at = 0; at < bytes.length;) {
      if (this.#blocks && !this.#closing) await this.#ready(POLLOUT);
      if (this.#closing) return false;
      const most = this.#blocks ? at + PATIENT_BYTES : bytes.length;
      const count = libc().write(this.fd, bytes.subarray(at, most));
      if (count >= 0) at += count;
      else if (count !== -Errno.EAGAIN) return false;
      else await this.#ready(POLLOUT);
    }
    return true;
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
    view.setInt32(0, this.fd, true);
    view.setInt16(4, events, true);
    view.setInt32(8, this.#wake, true);
    view.setInt16(12, POLLIN, true);
    this.#waiting++;
    await libc().wait(handles);
    this.#waiting--;
    if (this.#closing && this.#waiting === 0) this.#close();
  }

  #close(): void {
    libc().close(this.fd);
    if (this.#wake >= 0) libc().close(this.#wake);
  }
}
