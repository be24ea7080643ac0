/**
 * The few calls of the C library that Deno does not offer: everything relative to a folder's handle, with names as
 * the bytes they are.
 *
 * The one place with foreign functions. `deno` itself is linked to `libc.so.6`, so the library is there wherever this
 * program runs. The library costs 1 ms at its first use and each call 0.2 ms at its own, so a launch that reads one file by
 * handle does not pay for all that copies a tree. What is called once or twice is had for less: see {@link rareCall}.
 *
 * Every call here answers what the system call answers, or **minus the error number**: see {@link Errno}. Names end
 * with a NUL byte: see {@link cName}.
 *
 * @module
 */

import { KanibakoError } from "../error.ts";

/** Error numbers, the same on x86_64 and aarch64. */
export const Errno = {
  EPERM: 1,
  ENOENT: 2,
  EINTR: 4,
  EIO: 5,
  ENXIO: 6,
  EAGAIN: 11,
  EACCES: 13,
  EBUSY: 16,
  EEXIST: 17,
  EXDEV: 18,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  EMFILE: 24,
  ENOTTY: 25,
  ETXTBSY: 26,
  EFBIG: 27,
  ENOSPC: 28,
  EROFS: 30,
  EMLINK: 31,
  ENAMETOOLONG: 36,
  ENOSYS: 38,
  ENOTEMPTY: 39,
  ELOOP: 40,
  ENODATA: 61,
  EOPNOTSUPP: 95,
  EDQUOT: 122,
} as const;

const arm = Deno.build.arch === "aarch64";

/** Flags of {@link Libc.open}. Two of them differ between processors. */
export const Open = {
  READ: 0,
  WRITE: 0o1,
  BOTH: 0o2,
  CREATE: 0o100,
  EXCLUSIVE: 0o200,
  NOCTTY: 0o400,
  APPEND: 0o2000,
  NONBLOCK: 0o4000,
  FOLDER: arm ? 0o40000 : 0o200000,
  NOFOLLOW: arm ? 0o100000 : 0o400000,
  NOATIME: 0o1000000,
  CLOEXEC: 0o2000000,
  PATH: 0o10000000,
} as const;

/** Flags for names: not the target of a symlink; the handle itself; swap two names. */
export const At = { SYMLINK_NOFOLLOW: 0x100, EMPTY_PATH: 0x1000, NO_AUTOMOUNT: 0x800 } as const;

/** How {@link Libc.rename} renames. */
export const Rename = { NOREPLACE: 1, EXCHANGE: 2 } as const;

/** Where {@link Libc.seek} goes. */
export const Seek = { SET: 0, DATA: 3, HOLE: 4 } as const;

/** The folder of paths that are given whole. */
export const HERE = -100;

/** Bytes with a NUL at their end. */
export type CName = Uint8Array<ArrayBuffer>;

/** The calls. Each answers minus the error number when it fails. */
export interface Libc {
  /** A handle on `name` in `folder`. */
  open(folder: number, name: CName, flags: number, mode?: number): number;
  /** Closes a handle. */
  close(fd: number): number;
  /** Fills `into` (256 bytes) with what `stat.ts` reads. `name` `""` with `At.EMPTY_PATH`: the handle itself. */
  stat(folder: number, name: CName, flags: number, into: Uint8Array<ArrayBuffer>): number;
  /** Fills `into` with entries of an open folder; 0 when there are no more. */
  entries(fd: number, into: Uint8Array<ArrayBuffer>): number;
  /** Reads from where the handle stands. */
  read(fd: number, into: Uint8Array<ArrayBuffer>): number;
  /** Writes where the handle stands; may write less than was given. */
  write(fd: number, bytes: Uint8Array<ArrayBuffer>): number;
  /** Moves the handle, in bytes. */
  seek(fd: number, offset: number, whence: number): number;
  /** Sets a file's length in bytes. */
  truncate(fd: number, length: number): number;
  /** Copies inside the kernel, from and to where the handles stand. May copy less. */
  copyRange(from: number, to: number, length: number): number;
  /** Makes `to` share the whole content of `from`. */
  clone(from: number, to: number): number;
  /** Any other request to a driver; `request` as the headers of the kernel number it. */
  ioctl(fd: number, request: number, argument: Uint8Array<ArrayBuffer>): number;
  /** Makes a folder. */
  mkdir(folder: number, name: CName, mode: number): number;
  /** Makes a FIFO. */
  makeFifo(folder: number, name: CName, mode: number): number;
  /** A second name for what `name` is, itself when a symlink. */
  link(folder: number, name: CName, toFolder: number, toName: CName): number;
  /** Makes a symlink. */
  symlink(target: CName, folder: number, name: CName): number;
  /** The target of a symlink; answers its length. */
  readlink(folder: number, name: CName, into: Uint8Array<ArrayBuffer>): number;
  /** Removes what is not a folder. */
  unlink(folder: number, name: CName): number;
  /** Removes an empty folder. */
  rmdir(folder: number, name: CName): number;
  /** Renames, with a flag of {@link Rename} or 0. */
  rename(folder: number, name: CName, toFolder: number, toName: CName, flags: number): number;
  /** Looks at handles without waiting; `into` holds one `struct pollfd` of 8 bytes for each. */
  poll(into: Uint8Array<ArrayBuffer>): number;
  /** Waits until one of the handles is ready, without holding up this process. Answers nothing of use: look again. */
  wait(into: Uint8Array<ArrayBuffer>): Promise<unknown>;
  /** A handle that is ready to be read once something has been written to it: 8 bytes, a count. */
  event(): number;
  /** Another number for an open handle, closed in programs that are started. */
  duplicate(fd: number): number;
  /** How much a pipe holds, in bytes. */
  pipeSize(fd: number, bytes: number): number;
  /** Permission bits of what is open. */
  chmod(fd: number, mode: number): number;
  /** Owner of what is open. */
  chown(fd: number, uid: number, gid: number): number;
  /** Owner of a name, itself when a symlink. */
  chownAt(folder: number, name: CName, uid: number, gid: number): number;
  /** Times of what is open: two of the kernel's `timespec`, of access and of change. */
  utimens(fd: number, times: Uint8Array<ArrayBuffer>): number;
  /** Times of a name, itself when a symlink. */
  utimensAt(folder: number, name: CName, times: Uint8Array<ArrayBuffer>): number;
  /** What kind of file system a handle is on, as the kernel numbers them; see `statfs(2)`. */
  fileSystem(fd: number): number;
  /** Waits until the whole file system a handle is on has been written. */
  syncfs(fd: number): number;
}

/** Only `syscall` has these on every C library that `deno` runs on. Numbers: x86_64, aarch64. */
const GETDENTS64 = arm ? 61n : 217n;
const RENAMEAT2 = arm ? 276n : 316n;
const FICLONE = 0x40049409n;
const F_SETPIPE_SZ = 1031;
const F_DUPFD_CLOEXEC = 1030;
const AT_REMOVEDIR = 0x200;
/** What `statx` is asked for: all that `struct stat` has, and the mount. A kernel before 5.8 leaves that out. */
const WANTED_STATS = 0x7ff | 0x1000;

const ERRNO = { name: "__errno_location", parameters: [], result: "pointer" } as const;
const SYMBOLS = {
  openat: { parameters: ["i32", "buffer", "i32", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  getdents64: { name: "syscall", parameters: ["i64", "i32", "buffer", "usize"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  write: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
  ftruncate: { parameters: ["i32", "i64"], result: "i32" },
  copy_file_range: { parameters: ["i32", "pointer", "i32", "pointer", "usize", "u32"], result: "i32" },
  ficlone: { name: "ioctl", parameters: ["i32", "usize", "usize"], result: "i32" },
  ioctl: { parameters: ["i32", "usize", "buffer"], result: "i32" },
  mkdirat: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  mkfifoat: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  linkat: { parameters: ["i32", "buffer", "i32", "buffer", "i32"], result: "i32" },
  symlinkat: { parameters: ["buffer", "i32", "buffer"], result: "i32" },
  readlinkat: { parameters: ["i32", "buffer", "buffer", "usize"], result: "i32" },
  unlinkat: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  renameat2: { name: "syscall", parameters: ["i64", "i32", "buffer", "i32", "buffer", "u32"], result: "i32" },
  poll: { parameters: ["buffer", "usize", "i32"], result: "i32" },
  wait: { name: "poll", parameters: ["buffer", "usize", "i32"], result: "i32", nonblocking: true },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "usize"], result: "i32" },
  fchmod: { parameters: ["i32", "u32"], result: "i32" },
  fchown: { parameters: ["i32", "u32", "u32"], result: "i32" },
  fchownat: { parameters: ["i32", "buffer", "u32", "u32", "i32"], result: "i32" },
  futimens: { parameters: ["i32", "buffer"], result: "i32" },
  utimensat: { parameters: ["i32", "buffer", "buffer", "i32"], result: "i32" },
  fstatfs: { parameters: ["i32", "buffer"], result: "i32" },
  syncfs: { parameters: ["i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

let loaded: Libc | undefined;

/** The C library. Its first call throws `no-libc` where it cannot be had. */
export function libc(): Libc {
  return loaded ??= load("libc.so.6");
}

/** Calls by name, each looked up when it is used first, and the error number of this thread. */
class Symbols {
  readonly calls: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];
  /** A variable at a fixed place. Seen as an array it can be read without another call, which could change it. */
  errno: Int32Array<ArrayBuffer> = new Int32Array(1);
  #isOpen = false;

  constructor(library: string) {
    const calls = {};
    for (const name of Object.keys(SYMBOLS) as (keyof typeof SYMBOLS)[]) {
      Object.defineProperty(calls, name, {
        configurable: true,
        get: () => {
          const value = this.#open(library, name);
          Object.defineProperty(calls, name, { value });
          return value;
        },
      });
    }
    this.calls = calls as typeof this.calls;
  }

  #open(library: string, name: keyof typeof SYMBOLS): unknown {
    if (this.#isOpen) return Deno.dlopen(library, { [name]: SYMBOLS[name] }).symbols[name];
    const { [name]: call, place } = opened(library, { [name]: SYMBOLS[name], place: ERRNO });
    const at = (place as () => Deno.PointerValue)();
    if (at === null) throw new KanibakoError("no-libc", "Cannot find the error number of the C library");
    this.errno = new Int32Array(Deno.UnsafePointerView.getArrayBuffer(at, 4));
    this.#isOpen = true;
    return call;
  }
}

function opened(library: string, symbols: Deno.ForeignLibraryInterface): Record<string, unknown> {
  try {
    return Deno.dlopen(library, symbols).symbols;
  } catch (cause) {
    throw new KanibakoError("no-libc", `Cannot use the system's C library, ${library}`, {
      hint: cause instanceof Deno.errors.NotCapable
        ? "Give Deno the permission: --allow-ffi."
        : "Files that a box can write are reached through it. Use a Linux with the GNU C library.",
      cause,
    });
  }
}

/** For tests: as {@link libc}, from a library of another name. */
export function load(library: string): Libc {
  const symbols = new Symbols(library);
  const c = symbols.calls;
  const answer = (result: number): number => result < 0 ? -symbols.errno[0]! : result;
  // A signal may interrupt what waits for a slow file system.
  const again = (result: number): boolean => result < 0 && symbols.errno[0] === Errno.EINTR;
  return {
    open: (folder, name, flags, mode = 0) => {
      let result: number;
      do result = c.openat(folder, name, flags | Open.CLOEXEC, mode); while (again(result));
      return answer(result);
    },
    close: (fd) => answer(c.close(fd)),
    stat: (folder, name, flags, into) => answer(c.statx(folder, name, flags, WANTED_STATS, into)),
    entries: (fd, into) => answer(c.getdents64(GETDENTS64, fd, into, BigInt(into.length))),
    read: (fd, into) => {
      let result: number;
      do result = c.read(fd, into, BigInt(into.length)); while (again(result));
      return answer(result);
    },
    write: (fd, bytes) => {
      let result: number;
      do result = c.write(fd, bytes, BigInt(bytes.length)); while (again(result));
      return answer(result);
    },
    seek: (fd, offset, whence) => answer(Number(c.lseek(fd, BigInt(offset), whence))),
    truncate: (fd, length) => answer(c.ftruncate(fd, BigInt(length))),
    copyRange: (from, to, length) => {
      let result: number;
      do result = c.copy_file_range(from, null, to, null, BigInt(length), 0); while (again(result));
      return answer(result);
    },
    clone: (from, to) => {
      let result: number;
      do result = c.ficlone(to, FICLONE, BigInt(from)); while (again(result));
      return answer(result);
    },
    ioctl: (fd, request, argument) => answer(c.ioctl(fd, BigInt(request), argument)),
    mkdir: (folder, name, mode) => answer(c.mkdirat(folder, name, mode)),
    makeFifo: (folder, name, mode) => answer(c.mkfifoat(folder, name, mode)),
    link: (folder, name, toFolder, toName) => answer(c.linkat(folder, name, toFolder, toName, 0)),
    symlink: (target, folder, name) => answer(c.symlinkat(target, folder, name)),
    readlink: (folder, name, into) => answer(c.readlinkat(folder, name, into, BigInt(into.length))),
    unlink: (folder, name) => answer(c.unlinkat(folder, name, 0)),
    rmdir: (folder, name) => answer(c.unlinkat(folder, name, AT_REMOVEDIR)),
    rename: (folder, name, toFolder, toName, flags) =>
      answer(c.renameat2(RENAMEAT2, folder, name, toFolder, toName, flags)),
    poll: (into) => answer(c.poll(into, BigInt(into.length / 8), 0)),
    wait: (into) => c.wait(into, BigInt(into.length / 8), -1),
    event: () => answer(c.eventfd(0, Open.CLOEXEC | Open.NONBLOCK)),
    duplicate: (fd) => answer(c.fcntl(fd, F_DUPFD_CLOEXEC, 3n)),
    pipeSize: (fd, bytes) => answer(c.fcntl(fd, F_SETPIPE_SZ, BigInt(bytes))),
    chmod: (fd, mode) => answer(c.fchmod(fd, mode)),
    chown: (fd, uid, gid) => answer(c.fchown(fd, uid, gid)),
    chownAt: (folder, name, uid, gid) => answer(c.fchownat(folder, name, uid, gid, At.SYMLINK_NOFOLLOW)),
    utimens: (fd, times) => answer(c.futimens(fd, times)),
    utimensAt: (folder, name, times) => answer(c.utimensat(folder, name, times, At.SYMLINK_NOFOLLOW)),
    fileSystem: (fd) => {
      // Its kind comes first, in one word.
      const about = new BigInt64Array(32);
      const result = c.fstatfs(fd, new Uint8Array(about.buffer));
      return result < 0 ? answer(result) : Number(about[0]);
    },
    syncfs: (fd) => answer(c.syncfs(fd)),
  };
}

const encoder = new TextEncoder();
/** The empty name, for `At.EMPTY_PATH`. */
export const NO_NAME: CName = new Uint8Array(1);

/** Text as the C library wants it. Text with a NUL in it is refused. */
export function cName(text: string): CName {
  if (text.includes("\0")) throw new KanibakoError("bad-path", "Cannot use a path with a NUL in it");
  return encoder.encode(`${text}\0`);
}

/** The word for an error number, such as `ENOENT`. `result` is what a call answered. */
export function errnoName(result: number): string {
  const found = Object.entries(Errno).find(([, number]) => number === -result);
  return found?.[0] ?? `error ${-result}`;
}

let lookup: ((place: null, name: CName) => Deno.PointerValue) | undefined;

/**
 * A call of the library by its address, `undefined` where the library has none of that name. It is there in a tenth of the time
 * that one of {@link Libc} takes at its first use, and takes longer at each: for what is called once or twice. Throws `no-libc`.
 */
export function rareCall<const D extends Deno.ForeignFunction>(
  name: string,
  definition: D,
): Deno.UnsafeFnPointer<D> | undefined {
  lookup ??= opened("libc.so.6", { dlsym: { parameters: ["pointer", "buffer"], result: "pointer" } })[
    "dlsym"
  ] as typeof lookup;
  const address = lookup!(null, cName(name));
  return address === null ? undefined : new Deno.UnsafeFnPointer(
    address as Deno.PointerObject<D>,
    definition,
  );
}
