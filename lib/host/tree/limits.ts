/**
 * How much of a tree is taken on, and what is said when a tree cannot be.
 *
 * @module
 */

import { KanibakoError } from "../error.ts";
import { Errno, errnoName } from "../libc/libc.ts";
import { quotePath } from "../ui/quote_path.ts";
import { LEASED } from "./plain_file.ts";

/** Above any of these a tree is refused, with the code `too-large`. A box decides what is in its trees. */
export interface TreeLimits {
  /** Files, folders, symlinks and all else, together. */
  readonly entries: number;
  /** What they take on the disk, in bytes; what has several names counts once. */
  readonly bytes: number;
  /** Folders within folders. */
  readonly depth: number;
}

/** The default: more than a real project has, less than would take a day. */
export const TREE_LIMITS: TreeLimits = { entries: 5_000_000, bytes: 2 ** 40, depth: 8192 };

/** Longest path shown in a message; of a longer one, its beginning and its end. */
const SHOWN = 300;

/** A path below a root, for messages. */
export function shownPath(root: string, path: string): string {
  const whole = path === "" ? root : `${root}/${path}`;
  return quotePath(
    whole.length <= SHOWN ? whole : `${whole.slice(0, SHOWN / 2)} ... ${whole.slice(-SHOWN / 2)}`,
  );
}

/** The error for a tree above a limit. */
export function tooLarge(root: string, what: keyof TreeLimits, limit: number): KanibakoError {
  const more = what === "entries"
    ? `it holds more than ${limit} files and folders`
    : what === "bytes"
    ? `it takes more than ${limit} bytes`
    : `its folders are nested more than ${limit} deep`;
  return new KanibakoError("too-large", `Cannot take ${quotePath(root)}: ${more}`, {
    hint: "Remove what is not needed, or exclude it.",
  });
}

/** The error for what we may not read. `uid` is its owner, where that is known. */
export function unreadable(root: string, path: string, uid: number | undefined): KanibakoError {
  const shown = shownPath(root, path);
  if (uid === undefined || uid === Deno.uid()) {
    return new KanibakoError("no-permission", `Cannot read ${shown}: its permissions forbid it`, {
      hint: "Make it readable with chmod u+rX and try again.",
    });
  }
  return new KanibakoError("needs-engine", `Cannot read ${shown}: it belongs to another user of the box`, {
    hint: "Make it the agent's, inside the box: sudo chown -R agent: FOLDER",
  });
}

/** The error for what a call of the C library answered. `action` is a verb such as "copy". */
export function failed(action: string, root: string, path: string, result: number): KanibakoError {
  return failedAt(action, shownPath(root, path), result);
}

/** As {@link failed}, for a path that is quoted already. */
export function failedAt(action: string, shown: string, result: number): KanibakoError {
  const code = `cannot-${action.replaceAll(" ", "-")}`;
  switch (-result) {
    case Errno.ENOSPC:
    case Errno.EDQUOT:
      return new KanibakoError("disk-full", `Cannot ${action} ${shown}: no space left`, {
        hint: "Free disk space or raise the quota, and try again.",
      });
    case Errno.EMFILE:
      return new KanibakoError(code, `Cannot ${action} ${shown}: too many open files`, {
        hint: "Raise the limit with ulimit -n, and try again.",
      });
    case Errno.EACCES:
    case Errno.EPERM:
      return new KanibakoError(code, `Cannot ${action} ${shown}: its permissions forbid it`, {
        hint: `A box may have set them. If it is yours: chmod u+rwx ${shown}`,
      });
    case Errno.EAGAIN:
      return new KanibakoError(code, `Cannot ${action} ${shown}: ${LEASED}`, {
        hint: "Try again, or stop the box first.",
      });
    default:
      return new KanibakoError(code, `Cannot ${action} ${shown}: ${errnoName(result)}`);
  }
}
