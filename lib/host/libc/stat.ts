/**
 * What `statx` says of a file. Its layout is the same on every processor, unlike that of `stat`.
 *
 * @module
 */

import { At, type CName, type Libc, NO_NAME } from "./libc.ts";

/** What a name in a folder is. `other`: a FIFO, socket or device, which is never opened. */
export type Kind = "file" | "folder" | "symlink" | "other";

const LENGTH = 256;
const ACCESS = 64;
const CHANGE = 96;
const MODIFIED = 112;
/** In the first word: that the mount was reported. */
const MOUNT_ID = 0x1000;

/** One answer of `statx`, used over and over. */
export class FileInfo {
  readonly #libc: Libc;
  readonly #bytes = new Uint8Array(LENGTH);
  readonly #small = new Uint16Array(this.#bytes.buffer);
  readonly #words = new Uint32Array(this.#bytes.buffer);
  readonly #longs = new BigInt64Array(this.#bytes.buffer);

  /** One that knows nothing yet. */
  constructor(libc: Libc) {
    this.#libc = libc;
  }

  /** Asks about a name in a folder, itself when a symlink. Answers 0 or minus the error number. */
  ofName(folder: number, name: CName): number {
    return this.#libc.stat(folder, name, At.SYMLINK_NOFOLLOW | At.NO_AUTOMOUNT, this.#bytes);
  }

  /** Asks about what is open. Answers 0 or minus the error number. */
  ofHandle(fd: number): number {
    return this.#libc.stat(fd, NO_NAME, At.EMPTY_PATH, this.#bytes);
  }

  /** What it is, in words for people: a special file by its nature. */
  get nature(): "file" | "folder" | "symlink" | "fifo" | "socket" | "device" {
    switch (this.#small[14]! & 0o170000) {
      case 0o100000:
        return "file";
      case 0o040000:
        return "folder";
      case 0o120000:
        return "symlink";
      case 0o010000:
        return "fifo";
      case 0o140000:
        return "socket";
      default:
        return "device";
    }
  }

  /** What it is. */
  get kind(): Kind {
    const nature = this.nature;
    return nature === "file" || nature === "folder" || nature === "symlink" ? nature : "other";
  }

  /** Permission bits, setuid, setgid and sticky included. */
  get mode(): number {
    return this.#small[14]! & 0o7777;
  }

  /** How many names it has. */
  get nlink(): number {
    return this.#words[4]!;
  }

  /** Its owner. */
  get uid(): number {
    return this.#words[5]!;
  }

  /** Its group. */
  get gid(): number {
    return this.#words[6]!;
  }

  /** Its length in bytes. */
  get size(): number {
    return Number(this.#longs[5]);
  }

  /** What it takes on the disk, in bytes. */
  get allocated(): number {
    return Number(this.#longs[6]) * 512;
  }

  /** Its number on its file system. */
  get ino(): bigint {
    return this.#longs[4]!;
  }

  /** Its file system, in a number of our own. */
  get dev(): number {
    return this.#words[34]! * 2 ** 32 + this.#words[35]!;
  }

  /**
   * The mount it is on, which tells a bind mount of the same file system too, unlike the device number. `undefined` where
   * the kernel, older than 5.8, does not say.
   */
  get mount(): bigint | undefined {
    return this.#words[0]! & MOUNT_ID ? this.#longs[18]! : undefined;
  }

  /** When it was read last, in nanoseconds since 1970. */
  get atimeNs(): bigint {
    return this.#time(ACCESS);
  }

  /** When its content changed, in nanoseconds since 1970. */
  get mtimeNs(): bigint {
    return this.#time(MODIFIED);
  }

  /** When it was changed in any way, in nanoseconds since 1970. */
  get ctimeNs(): bigint {
    return this.#time(CHANGE);
  }

  /** Which file it is, whatever its name: the same for all names of one file, and for no other file. */
  get identity(): bigint {
    return BigInt(this.dev) << 64n | BigInt.asUintN(64, this.ino);
  }

  #time(at: number): bigint {
    return this.#longs[at / 8]! * 1_000_000_000n + BigInt(this.#words[at / 4 + 2]!);
  }
}
