/**
 * Files held by their handle, for work that other programs share: what a box puts in the place of a name meanwhile, in a
 * workspace, leads neither us nor them elsewhere.
 *
 * @module
 */

import { cName, Errno, errnoName, HERE, libc, Open } from "../libc/libc.ts";
import { FileInfo } from "../libc/stat.ts";
import { cannot } from "../store.ts";
import type { Folder } from "./folder.ts";

/** An open regular file. */
export class HeldFile implements Disposable {
  /** Leads to this very file as long as it is open, in our children too. */
  readonly path: string;
  readonly #fd: number;
  #isOpen = true;

  private constructor(fd: number) {
    this.#fd = fd;
    this.path = `/proc/${Deno.pid}/fd/${fd}`;
  }

  /** Opens a file of the user's choice for reading: symlinks are followed. Throws `cannot-read`, also for what is no file. */
  static open(path: string): HeldFile {
    // A FIFO must not make us wait for a writer.
    const fd = libc().open(HERE, cName(path), Open.READ | Open.NONBLOCK);
    if (fd < 0) throw cannot("read", path, reason(fd));
    const file = new HeldFile(fd);
    if (file.#info().kind === "file") return file;
    file[Symbol.dispose]();
    throw cannot("read", path, new Error("it is no file"));
  }

  /** Makes a file, which only we may read, under a name that is not taken. Throws `cannot-write`. */
  static make(folder: Folder, name: string): HeldFile {
    const flags = Open.WRITE | Open.CREATE | Open.EXCLUSIVE | Open.NOFOLLOW;
    const fd = libc().open(folder.fd, cName(name), flags, 0o600);
    if (fd < 0) throw cannot("write", `${folder.shown}/${name}`, reason(fd));
    return new HeldFile(fd);
  }

  /** Its length in bytes now. */
  get size(): number {
    return this.#info().size;
  }

  /** Whether that name in a folder is this file. */
  isNamed(folder: Folder, name: string): boolean {
    return folder.info(name)?.identity === this.#info().identity;
  }

  /** Lets go of it. */
  [Symbol.dispose](): void {
    if (this.#isOpen) libc().close(this.#fd);
    this.#isOpen = false;
  }

  #info(): FileInfo {
    const info = new FileInfo(libc());
    info.ofHandle(this.#fd);
    return info;
  }
}

/** What a call answered, as the error that the same would be from Deno. */
function reason(result: number): Error {
  switch (-result) {
    case Errno.ENOENT:
      return new Deno.errors.NotFound();
    case Errno.EACCES:
      return new Deno.errors.PermissionDenied();
    default:
      return new Error(errnoName(result));
  }
}
