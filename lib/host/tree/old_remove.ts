/**
 * Emptying folders a box can write, by handle.
 *
 * @module
 */

import { KanibakoError } from "../error.ts";
import { beneath, code, lstat, mountOf, type NodeFs, nodeFs } from "./old_handle.ts";
import { quotePath } from "../ui/quote_path.ts";
import { run } from "../process.ts";

/** `O_PATH`: a handle that names a thing without opening it. Not among Deno's constants; the same on every Linux. */
const O_PATH = 0o10000000;
/** Most folders held open at a time; deeper ones are first moved up. */
const MAX_OPEN = 64;
/** What each subvolume of btrfs numbers its own folder with. */
const SUBVOLUME_INODE = 256;
/** How often a name may change its nature under our hands before we give up. */
const MAX_SURPRISES = 100;

/**
 * Removes a file or a folder with all it holds, by handle. Nothing is reached through a symlink or a mount point.
 *
 * Throws `needs-engine` when something in it belongs to another user of the box, whom only the engine can become, and
 * `is-mounted` when a mount point is met. No error when there is nothing.
 */
export async function removeTree(path: string): Promise<void> {
  const fs = await nodeFs();
  const trimmed = path.replace(/\/+$/, "");
  const slash = trimmed.lastIndexOf("/");
  if (slash < 0 || slash === trimmed.length - 1 || [".", ".."].includes(trimmed.slice(slash + 1))) {
    throw new KanibakoError(
      "bad-path",
      `Cannot remove ${quotePath(path)}: an absolute path below / is needed`,
    );
  }
  let parent: number;
  try {
    parent = fs.openSync(trimmed.slice(0, slash) || "/", fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
  } catch (cause) {
    if (code(cause) === "ENOENT") return;
    throw new KanibakoError("cannot-remove", `Cannot remove ${quotePath(path)}: ${code(cause)}`, { cause });
  }
  try {
    await removeAt(fs, parent, trimmed.slice(slash + 1), trimmed);
  } finally {
    fs.closeSync(parent);
  }
}

/** One folder being emptied: its handle, its name in the one above, and what is left to do in it. */
interface Level {
  readonly fd: number;
  readonly name: string;
  readonly left: string[];
}

/** As {@link removeTree}, for a name in the folder of a handle. `shown` is its path, for messages. */
export async function removeAt(fs: NodeFs, parent: number, name: string, shown: string): Promise<void> {
  const levels: Level[] = [];
  try {
    if (unlink(fs, parent, name)) return;
    const mount = mountOf(parent);
    const top = await openForRemoval(fs, parent, name, (fd) => {
      if (mountOf(fd) !== mount) throw mounted(shown);
    });
    levels.push(top);
    let moved = 0;
    let surprises = 0;
    while (levels.length > 0) {
      const level = levels[levels.length - 1]!;
      const next = level.left.pop();
      if (next === undefined) {
        const holder = levels.length > 1 ? levels[levels.length - 2]!.fd : parent;
        await removeEmpty(fs, holder, level, shown);
        fs.closeSync(level.fd);
        levels.pop();
      } else if (!unlink(fs, level.fd, next)) {
        if (levels.length >= MAX_OPEN) {
          // A very deep folder moves to the top, so that neither open files nor path lengths bound the depth.
          const high = `.removing-${crypto.randomUUID()}-${moved++}`;
          fs.renameSync(beneath(level.fd, next), beneath(top.fd, high));
          top.left.push(high);
          continue;
        }
        let below: Level;
        try {
          below = await openForRemoval(fs, level.fd, next, (fd) => {
            if (mountOf(fd) !== mount) throw mounted(`${shown}/.../${next}`);
          });
        } catch (cause) {
          if (!["ENOENT", "ENOTDIR", "ELOOP"].includes(code(cause)) || ++surprises > MAX_SURPRISES) {
            throw cause;
          }
          level.left.push(next); // somebody changed it just now: look again
          continue;
        }
        levels.push(below);
      }
    }
  } catch (cause) {
    if (cause instanceof KanibakoError) throw cause;
    if (code(cause) === "ENOENT" && levels.length === 0) return;
    if (["EACCES", "EPERM"].includes(code(cause))) {
      throw new KanibakoError(
        "needs-engine",
        `Cannot remove ${quotePath(shown)}: it holds files of another user of the box`,
        { hint: "They can be removed from inside a container, as that user.", cause },
      );
    }
    if (["EBUSY", "EXDEV"].includes(code(cause))) throw mounted(shown);
    throw new KanibakoError("cannot-remove", `Cannot remove ${quotePath(shown)}: ${code(cause)}`, { cause });
  } finally {
    for (const level of levels) fs.closeSync(level.fd);
  }
}

/** Removes what is not a folder. False when it is one. */
function unlink(fs: NodeFs, folder: number, name: string): boolean {
  const info = lstat(fs, folder, name);
  if (info === undefined) return true;
  if (info.isDirectory()) return false;
  try {
    fs.unlinkSync(beneath(folder, name));
  } catch (cause) {
    if (code(cause) === "EISDIR") return false;
    if (code(cause) !== "ENOENT") throw cause;
  }
  return true;
}

/** Opens a folder and makes it one that can be emptied. `check` throws when it must not be touched. */
async function openForRemoval(
  fs: NodeFs,
  folder: number,
  name: string,
  check: (fd: number) => void,
): Promise<Level> {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = fs.constants;
  const open = () => fs.openSync(beneath(folder, name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  let fd: number;
  try {
    fd = open();
  } catch (cause) {
    if (code(cause) !== "EACCES") throw cause;
    unlock(fs, folder, name, check);
    fd = open();
  }
  try {
    check(fd);
    const { ino, mode } = fs.fstatSync(fd);
    // On btrfs a box can make subvolumes, and make them read-only: nothing in them goes then, not even as root.
    if (ino === SUBVOLUME_INODE) (await import("../btrfs.ts")).makeWritable({ fd });
    // Emptying needs write and search permission, which the box may have taken from itself.
    if ((mode & 0o700) !== 0o700) fs.fchmodSync(fd, 0o700);
    return { fd, name, left: [...Deno.readDirSync(`/proc/self/fd/${fd}`)].map((entry) => entry.name) };
  } catch (cause) {
    fs.closeSync(fd);
    throw cause;
  }
}

/** Gives us back a folder nobody may read. By a handle that names it, so that no symlink can take its place. */
function unlock(fs: NodeFs, folder: number, name: string, check: (fd: number) => void): void {
  const fd = fs.openSync(beneath(folder, name), O_PATH | fs.constants.O_NOFOLLOW);
  try {
    check(fd);
    if (fs.fstatSync(fd).isDirectory()) fs.chmodSync(`/proc/self/fd/${fd}`, 0o700);
  } finally {
    fs.closeSync(fd);
  }
}

async function removeEmpty(fs: NodeFs, holder: number, level: Level, shown: string): Promise<void> {
  try {
    fs.rmdirSync(beneath(holder, level.name));
  } catch (cause) {
    if (code(cause) === "ENOENT") return;
    if (code(cause) !== "ENOTEMPTY") throw cause;
    // What is left has names that are not UTF-8 (Deno cannot say them), or came while we worked.
    const swept = await run([
      "find",
      `/proc/${Deno.pid}/fd/${level.fd}/.`,
      "-xdev",
      "-mindepth",
      "1",
      "-delete",
    ]);
    try {
      fs.rmdirSync(beneath(holder, level.name));
    } catch (again) {
      if (/permission denied|not permitted/i.test(swept.stderr)) throw cause;
      throw new KanibakoError(
        "cannot-remove",
        `Cannot remove ${quotePath(shown)}: something is still writing there`,
        { hint: "Stop the box and try again.", cause: again, output: swept.stderr },
      );
    }
  }
}

function mounted(path: string): KanibakoError {
  return new KanibakoError("is-mounted", `Cannot remove ${quotePath(path)}: something is mounted there`, {
    hint: "Stop what uses it, unmount it, and try again.",
  });
}
