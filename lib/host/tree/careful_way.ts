/**
 * The way to a file of the user's, by handle, one name at a time. Unlike everywhere else in `tree/` a link is followed, where the one
 * who asks says that only the user can have made it: what was opened is what is used, whatever is put in its place meanwhile.
 *
 * @module
 */

import { KanibakoError } from "../error.ts";
import { cName, Errno, HERE, libc, Open } from "../libc/libc.ts";
import { parentOf } from "../path.ts";
import { cannot } from "../store.ts";
import { quotePath } from "../ui/quote_path.ts";
import { Folder } from "./folder.ts";
import { nameText } from "./raw_name.ts";

const MOST_LINKS = 40;
const LINK_BYTES = 4096;
const FLAGS = Open.PATH | Open.FOLDER | Open.NOFOLLOW;

/** The end of a way: a name in an open folder. Nothing may be there. */
export interface FoundPlace {
  /** Whoever asked closes it. */
  readonly folder: Folder;
  readonly name: string;
  /** Whether a link was followed. */
  readonly linked: boolean;
}

/** How it is gone. */
export interface CarefulWay {
  /** A folder that is trusted, by its path, with symlinks resolved. */
  readonly from: string;
  /** Relative to it, such as `.claude/.credentials.json`. */
  readonly path: string;
  /** Makes folders that are missing, as 0700. */
  readonly make: boolean;
  /** Whether a link may be followed that is in this folder. */
  mayFollow(folder: string): Promise<boolean>;
}

/**
 * Goes there. `undefined` when a folder is missing. Throws `unsafe-link` for a link that may not be followed, `cannot-open` where
 * something on the way is no folder.
 */
export async function goCarefully(way: CarefulWay): Promise<FoundPlace | undefined> {
  let folder = folderAt(HERE, way.from, way.from);
  const enter = (next: Folder) => {
    folder[Symbol.dispose]();
    folder = next;
  };
  let rest = way.path.split("/");
  try {
    for (let links = 0;;) {
      const [name = "", ...after] = rest;
      if (after.length === 0 && (name === ".." || name === ".")) throw notFile(folder.shown);
      if (name === "..") enter(folderAt(HERE, parentOf(folder.shown), parentOf(folder.shown)));
      if (name === ".." || name === "." || name === "") {
        rest = after;
        continue;
      }
      const shown = folder.shown === "/" ? `/${name}` : `${folder.shown}/${name}`;
      const info = folder.info(name);
      if (info?.kind === "symlink") {
        if (!await way.mayFollow(folder.shown)) {
          throw unsafe(
            shown,
            "is a link that a box could have made",
            "If you trust it, name what it leads to.",
          );
        }
        if (++links > MOST_LINKS) throw unsafe(shown, "is one of symlinks that form a loop");
        const target = targetOf(folder, name);
        if (target.startsWith("/")) enter(folderAt(HERE, "/", "/"));
        rest = [...target.split("/").filter((part) => part !== ""), ...after];
      } else if (after.length === 0) return { folder, name, linked: links > 0 };
      else {
        if (!info && !way.make) {
          folder[Symbol.dispose]();
          return undefined;
        }
        if (!info) folder.make(name, 0o700);
        enter(folderAt(folder.fd, name, shown));
        rest = after;
      }
    }
  } catch (error) {
    folder[Symbol.dispose]();
    throw error;
  }
}

function folderAt(at: number, name: string, shown: string): Folder {
  const fd = libc().open(at, cName(name), FLAGS);
  if (fd >= 0) return new Folder(fd, shown);
  throw cannot("open", shown, fd === -Errno.EACCES ? new Deno.errors.PermissionDenied() : notFolder());
}

function targetOf(folder: Folder, name: string): string {
  const into = new Uint8Array(LINK_BYTES);
  const length = libc().readlink(folder.fd, cName(name), into);
  if (length <= 0) throw cannot("read", `${folder.shown}/${name}`, new Error("it has just been changed"));
  return nameText(into.subarray(0, length));
}

function unsafe(path: string, why: string, hint?: string): KanibakoError {
  return new KanibakoError("unsafe-link", `${quotePath(path)} ${why}`, hint === undefined ? {} : { hint });
}

function notFolder(): Error {
  return new Error("it is not a folder");
}

function notFile(path: string): KanibakoError {
  return cannot("open", path, new Error("it is not a file"));
}
