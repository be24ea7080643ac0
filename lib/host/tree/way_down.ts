/**
 * The folders on the way down a tree, as handles. Only the last few are held open, so that depth costs no handles.
 *
 * @module
 */

import { KanibakoError } from "../error.ts";
import { cName, type Libc, Open } from "../libc/libc.ts";
import { FileInfo } from "../libc/stat.ts";
import { quotePath } from "../ui/quote_path.ts";

/** Most handles one way down holds. A process may have 1024 by default. */
const MAX_OPEN = 48;
const ABOVE = cName("..");

/** One folder: its handle, or what it was when the handle was given up. */
interface Level {
  fd: number;
  dev: number;
  ino: bigint;
}

/** A way down from a root. The root and the last folder are always open. */
export class WayDown implements Disposable {
  readonly #libc: Libc;
  readonly #root: string;
  readonly #info: FileInfo;
  readonly #folders: Level[] = [];
  /** The first that is open beside the root, which always is. */
  #firstOpen = 1;

  /** `root` is for messages. The handle is closed with all others. */
  constructor(libc: Libc, root: string, fd: number) {
    this.#libc = libc;
    this.#root = root;
    this.#info = new FileInfo(libc);
    this.push(fd);
  }

  /** The handle of the last folder. */
  get fd(): number {
    return this.#folders[this.#folders.length - 1]!.fd;
  }

  /** Goes down into an open folder, whose handle is ours from now on. */
  push(fd: number): void {
    if (this.#folders.length - this.#firstOpen >= MAX_OPEN) {
      const given = this.#folders[this.#firstOpen]!;
      this.#info.ofHandle(given.fd);
      given.dev = this.#info.dev;
      given.ino = this.#info.ino;
      this.#libc.close(given.fd);
      given.fd = -1;
      this.#firstOpen++;
    }
    this.#folders.push({ fd, dev: 0, ino: 0n });
  }

  /**
   * Goes back up, after `finish` was called with the handle of the last folder.
   *
   * Throws `tree-changed` when a folder whose handle was given up is not above its own any more: it was moved.
   */
  pop(finish?: (fd: number) => void): void {
    const last = this.#folders[this.#folders.length - 1]!;
    const above = this.#folders[this.#folders.length - 2];
    // Before the last is finished: its new permissions may not let us look up from it.
    if (above && above.fd < 0) this.#reopen(above, last.fd);
    finish?.(last.fd);
    this.#libc.close(last.fd);
    this.#folders.pop();
  }

  /** Closes all that is open. */
  [Symbol.dispose](): void {
    for (const folder of this.#folders.splice(0)) if (folder.fd >= 0) this.#libc.close(folder.fd);
  }

  /** `..` leads to whatever holds the folder now, so it is believed only when it is the folder we came from. */
  #reopen(folder: Level, below: number): void {
    const fd = this.#libc.open(below, ABOVE, Open.READ | Open.FOLDER | Open.NOFOLLOW);
    const same = fd >= 0 && this.#info.ofHandle(fd) === 0 && this.#info.ino === folder.ino &&
      this.#info.dev === folder.dev;
    if (!same) {
      if (fd >= 0) this.#libc.close(fd);
      throw new KanibakoError(
        "tree-changed",
        `Cannot go through ${quotePath(this.#root)}: a folder in it was moved meanwhile`,
        { hint: "Stop what writes there, such as the box, and try again." },
      );
    }
    folder.fd = fd;
    this.#firstOpen--;
  }
}
