/**
 * Emptying folders a box can write, by handle: nothing is reached through a symlink or a mount point.
 *
 * A box decides how much there is, so no more than a batch of names is in memory, depth costs no handles, and what changes
 * under our hands is looked at again a bounded number of times.
 *
 * @module
 */

import { makeWritable } from "../btrfs.ts";
import { KanibakoError } from "../error.ts";
import { type CName, cName, Errno, errnoName, HERE, type Libc, libc, Open, Seek } from "../libc/libc.ts";
import { NameQueue, NameReader } from "../libc/names.ts";
import { FileInfo } from "../libc/stat.ts";
import { mountOf } from "../mounts.ts";
import { quotePath } from "../ui/quote_path.ts";
import { pause } from "../timer.ts";

/** Most folders held open at a time; deeper ones are first moved up. */
const MAX_OPEN = 64;
/** Most folders of one folder whose names are kept at a time. */
const MAX_NAMES = 10_000;
/** What each subvolume of btrfs numbers its own folder with. */
const SUBVOLUME_INODE = 256n;
/** How often a folder may turn out not to be empty after all before we give up. */
const MAX_PASSES = 100;
/** Longest we work without letting anything else happen, in milliseconds. */
const BREATH_MS = 100;
const FOLDER_FLAGS = Open.READ | Open.FOLDER | Open.NOFOLLOW;

/**
 * Removes a file or a folder with all it holds. No error when there is nothing.
 *
 * Throws `needs-engine` when something in it belongs to another user of the box, whom only the engine can become,
 * `is-mounted` when a mount point is met, and `cannot-remove`.
 */
export async function removeTree(path: string): Promise<void> {
  const trimmed = path.replace(/\/+$/, "");
  const slash = trimmed.lastIndexOf("/");
  if (slash < 0 || slash === trimmed.length - 1 || [".", ".."].includes(trimmed.slice(slash + 1))) {
    throw new KanibakoError(
      "bad-path",
      `Cannot remove ${quotePath(path)}: an absolute path below / is needed`,
    );
  }
  const c = libc();
  const parent = c.open(HERE, cName(trimmed.slice(0, slash) || "/"), Open.READ | Open.FOLDER);
  if (parent === -Errno.ENOENT) return;
  if (parent < 0) throw cannotRemove(path, parent);
  try {
    await removeAt(parent, cName(trimmed.slice(slash + 1)), trimmed);
  } finally {
    c.close(parent);
  }
}

/** As {@link removeTree}, for a name in the folder of a handle. `shown` is its path, for messages. */
export async function removeAt(parent: number, name: CName, shown: string): Promise<void> {
  using removal = new Removal(parent, shown);
  await removal.run(name);
}

/** One folder being emptied. */
interface Level {
  readonly fd: number;
  readonly name: CName;
  /** Folders in it that are still to be emptied. */
  folders: NameQueue;
  /** Where its names are read: on from where the handle stands, or not before what was read is dealt with. */
  reading: "now" | "later" | "done";
  /** How often all its names were read, and some were left. */
  passes: number;
}

class Removal implements Disposable {
  readonly #libc: Libc = libc();
  readonly #reader = new NameReader(this.#libc);
  readonly #info = new FileInfo(this.#libc);
  readonly #parent: number;
  readonly #shown: string;
  readonly #mount: bigint | undefined;
  readonly #levels: Level[] = [];
  #moved = 0;
  #breath = performance.now();

  constructor(parent: number, shown: string) {
    this.#parent = parent;
    this.#shown = shown;
    this.#checked(this.#info.ofHandle(parent));
    this.#mount = mountOf(this.#info, parent);
  }

  [Symbol.dispose](): void {
    for (const level of this.#levels.splice(0)) this.#libc.close(level.fd);
  }

  async run(name: CName): Promise<void> {
    for (let pass = 0; !this.#unlink(this.#parent, name); pass++) {
      if (pass === MAX_PASSES) throw this.#busy();
      this.#enter(this.#parent, name);
      while (this.#levels.length > 0) {
        this.#step(this.#levels.at(-1)!);
        if (this.#isDue()) await this.#breathe();
      }
    }
  }

  #step(level: Level): void {
    if (level.reading === "now") return this.#read(level);
    const next = level.folders.take();
    if (next !== undefined) return this.#descend(level, next);
    if (level.reading === "done") return this.#leave(level);
    level.reading = "now";
  }

  /** Removes all that is no folder, and notes the folders, as many as are kept at a time. What it misses comes at the next pass. */
  #read(level: Level): void {
    level.folders = new NameQueue();
    level.reading = "later";
    let kept = 0;
    let looked = 0;
    const names = this.#reader.read(level.fd);
    let next = names.next();
    for (; !next.done; next = names.next()) {
      const { name, isFolder } = next.value;
      if (isFolder || !this.#unlink(level.fd, name)) {
        level.folders.add(name);
        if (++kept === MAX_NAMES) return;
      }
      if (++looked % 256 === 0 && this.#isDue()) return;
    }
    this.#checked(next.value);
    level.reading = "done";
  }

  #descend(level: Level, name: CName): void {
    if (this.#levels.length < MAX_OPEN) return this.#enter(level.fd, name);
    // A very deep folder moves to the top, so that neither open files nor path lengths bound the depth.
    const high = cName(`.removing-${crypto.randomUUID()}`);
    const result = this.#libc.rename(level.fd, name, this.#levels[0]!.fd, high, 0);
    if (!isGone(result)) this.#checked(result, name);
    this.#moved++;
  }

  /** Removes a folder that should be empty by now, or has its names read again. */
  #leave(level: Level): void {
    const holder = this.#levels.at(-2)?.fd ?? this.#parent;
    const result = this.#libc.rmdir(holder, level.name);
    if (result === -Errno.ENOTEMPTY || result === -Errno.EEXIST) {
      // What was moved up is met now. What came while we worked is gone after a few passes, or never.
      if (this.#levels.length === 1 && this.#moved > 0) level.passes = this.#moved = 0;
      if (++level.passes > MAX_PASSES) throw this.#busy();
      this.#checked(this.#libc.seek(level.fd, 0, Seek.SET));
      level.reading = "now";
      return;
    }
    if (!isGone(result)) this.#checked(result, level.name);
    this.#libc.close(level.fd);
    this.#levels.pop();
  }

  /** Removes what is not a folder. False when it is one. */
  #unlink(folder: number, name: CName): boolean {
    const result = this.#libc.unlink(folder, name);
    if (result === -Errno.EISDIR) return false;
    if (result !== -Errno.ENOENT) this.#checked(result, name);
    return true;
  }

  /** Opens a folder and makes it one that can be emptied. Does nothing when it is no folder any more. */
  #enter(folder: number, name: CName): void {
    let fd = this.#libc.open(folder, name, FOLDER_FLAGS);
    if (fd === -Errno.EACCES && this.#unlock(folder, name)) fd = this.#libc.open(folder, name, FOLDER_FLAGS);
    if (isGone(fd)) return;
    this.#checked(fd, name);
    try {
      this.#look(fd, name);
      const { ino, mode } = this.#info;
      // On btrfs a box can make subvolumes, and make them read-only: nothing in them goes then, not even as root.
      if (ino === SUBVOLUME_INODE) makeWritable({ fd });
      // Emptying needs write and search permission, which the box may have taken from itself.
      if ((mode & 0o700) !== 0o700) this.#checked(this.#libc.chmod(fd, 0o700), name);
    } catch (cause) {
      this.#libc.close(fd);
      throw cause;
    }
    this.#levels.push({ fd, name, folders: new NameQueue(), reading: "now", passes: 0 });
  }

  /** Gives us back a folder nobody may read. By a handle that names it, so that no symlink can take its place. */
  #unlock(folder: number, name: CName): boolean {
    const fd = this.#libc.open(folder, name, Open.PATH | Open.NOFOLLOW);
    if (isGone(fd)) return false;
    this.#checked(fd, name);
    try {
      this.#look(fd, name);
      if (this.#info.kind !== "folder") return false;
      Deno.chmodSync(`/proc/self/fd/${fd}`, 0o700);
      return true;
    } catch (cause) {
      throw cause instanceof Deno.errors.NotCapable || cause instanceof Deno.errors.PermissionDenied
        ? this.#foreign()
        : cause;
    } finally {
      this.#libc.close(fd);
    }
  }

  /** Asks about an open folder, which must not be a mount point. */
  #look(fd: number, name: CName): void {
    this.#checked(this.#info.ofHandle(fd), name);
    if (mountOf(this.#info, fd) !== this.#mount) throw this.#mounted(name);
  }

  #isDue(): boolean {
    return performance.now() - this.#breath > BREATH_MS;
  }

  /** Lets signals, timers and the terminal have their turn. */
  async #breathe(): Promise<void> {
    await pause(0);
    this.#breath = performance.now();
  }

  #checked(result: number, name?: CName): void {
    if (result >= 0) return;
    switch (-result) {
      case Errno.EACCES:
      case Errno.EPERM:
        throw this.#foreign();
      case Errno.EBUSY:
      case Errno.EXDEV:
        throw this.#mounted(name);
      default:
        throw cannotRemove(this.#shown, result);
    }
  }

  #foreign(): KanibakoError {
    return new KanibakoError(
      "needs-engine",
      `Cannot remove ${quotePath(this.#shown)}: it holds files of another user of the box`,
      { hint: "They can be removed from inside a container, as that user." },
    );
  }

  #busy(): KanibakoError {
    return new KanibakoError(
      "cannot-remove",
      `Cannot remove ${quotePath(this.#shown)}: something is still writing there`,
      { hint: "Stop the box and try again." },
    );
  }

  #mounted(name: CName | undefined): KanibakoError {
    const inner = name && this.#levels.length > 0
      ? `/.../${new TextDecoder().decode(name.subarray(0, -1))}`
      : "";
    return new KanibakoError(
      "is-mounted",
      `Cannot remove ${quotePath(this.#shown + inner)}: something is mounted there`,
      { hint: "Stop what uses it, unmount it, and try again." },
    );
  }
}

/** Whether a name is gone, or is no folder any more. */
function isGone(result: number): boolean {
  return [Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP].some((errno) => result === -errno);
}

function cannotRemove(path: string, result: number): KanibakoError {
  return new KanibakoError("cannot-remove", `Cannot remove ${quotePath(path)}: ${errnoName(result)}`);
}
