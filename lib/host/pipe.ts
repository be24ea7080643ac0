/**
 * The pipe to a child, written without asking the event loop for every 64 KiB: it is made larger, and filled at once as
 * far as it goes.
 *
 * @module
 */

import { cName, Errno, HERE, libc, Open } from "./libc/libc.ts";
import { FileInfo } from "./libc/stat.ts";

/** As much as a user may make a pipe hold. */
const PIPE_BYTES = 1024 * 1024;

/** A second handle on the pipe that is a child's standard input. */
export class InputPipe implements Disposable {
  readonly #libc = libc();
  #fd: number;

  /** To a child of ours that is not waited for yet. Takes nothing when its pipe cannot be had. */
  constructor(pid: number) {
    this.#fd = this.#libc.open(HERE, cName(`/proc/${pid}/fd/0`), Open.WRITE | Open.NONBLOCK);
    if (this.#fd < 0) return;
    const info = new FileInfo(this.#libc);
    info.ofHandle(this.#fd);
    if (info.nature === "fifo") this.#libc.pipeSize(this.#fd, PIPE_BYTES);
    else this[Symbol.dispose]();
  }

  /** Closes it. */
  [Symbol.dispose](): void {
    if (this.#fd >= 0) this.#libc.close(this.#fd);
    this.#fd = -1;
  }

  /** Writes what fits now, and answers how many bytes that was. Without a reader: 0. */
  write(bytes: Uint8Array<ArrayBuffer>): number {
    let done = 0;
    while (this.#fd >= 0 && done < bytes.length) {
      const written = this.#libc.write(this.#fd, bytes.subarray(done));
      if (written < 0) {
        if (written !== -Errno.EAGAIN) this[Symbol.dispose]();
        break;
      }
      done += written;
    }
    return done;
  }
}

/** What `poll` says of the writing end of a pipe whose reading end is closed. */
const POLLERR = 8;

/** Whether a handle is the writing end of a pipe that nobody reads any more. */
export function hasNoReader(fd: number): boolean {
  const asked = new Uint8Array(8);
  new DataView(asked.buffer).setInt32(0, fd, true);
  return libc().poll(asked) > 0 && (asked[6]! & POLLERR) !== 0;
}
