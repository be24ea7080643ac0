/**
 * Permissions and owners of a whole tree.
 *
 * @module
 */

import { KanibakoError } from "../error.ts";
import { errnoName, libc, Open } from "../libc/libc.ts";
import { quotePath } from "../ui/quote_path.ts";
import { openFolder } from "./folder.ts";
import { type WalkEntry, walkTree } from "./walk.ts";

/**
 * Takes away, from a folder and all files and folders in it, all permissions but `kept`, and where `special` says so what is neither
 * of these nor a symlink. Each is reached by handle, so that no link is followed. Throws `cannot-change`.
 */
export function narrowModes(root: string, kept: number, special: "keep" | "remove" = "keep"): void {
  const c = libc();
  const checked = (result: number, path: string): number => {
    if (result >= 0) return result;
    const shown = quotePath(path === "" ? root : `${root}/${path}`);
    throw new KanibakoError(
      "cannot-change",
      `Cannot change the permissions of ${shown}: ${errnoName(result)}`,
    );
  };
  walkTree(root, ({ folder, name, kind, mode, path }) => {
    if (kind === "other" && special === "remove") return void checked(c.unlink(folder, name), path);
    if ((kind !== "file" && kind !== "folder") || (mode & ~kept) === 0) return;
    // A handle that needs no permission to read.
    const fd = checked(c.open(folder, name, Open.PATH | Open.NOFOLLOW), path);
    try {
      Deno.chmodSync(`/proc/self/fd/${fd}`, mode & kept);
    } finally {
      c.close(fd);
    }
  }, { sorted: true, unreadable: "skip" }); // sorted: all names are read before the first is removed
  using top = openFolder(root);
  checked(c.chmod(top.fd, top.self().mode & kept), "");
}

/**
 * Gives files and folders in a folder the permissions that `modeOf` answers; of others nothing is changed. Each is reached by handle, so
 * that no link is followed. Throws `cannot-change`.
 */
export function setModes(root: string, modeOf: (entry: WalkEntry) => number | undefined): void {
  const c = libc();
  walkTree(root, (entry) => {
    const mode = entry.kind === "file" || entry.kind === "folder" ? modeOf(entry) : undefined;
    if (mode === undefined || mode === entry.mode) return;
    const fd = c.open(entry.folder, entry.name, Open.PATH | Open.NOFOLLOW);
    if (fd < 0) {
      throw new KanibakoError(
        "cannot-change",
        `Cannot change the permissions of ${quotePath(`${root}/${entry.path}`)}: ${errnoName(fd)}`,
      );
    }
    try {
      Deno.chmodSync(`/proc/self/fd/${fd}`, mode);
    } finally {
      c.close(fd);
    }
  });
}

/** Gives a folder and all that is in it to somebody, links themselves. For root only. Throws `cannot-change`. */
export function giveTree(root: string, owner: { readonly uid: number; readonly gid: number }): void {
  const c = libc();
  const given = (result: number, path: string): void => {
    if (result >= 0) return;
    const shown = quotePath(path === "" ? root : `${root}/${path}`);
    throw new KanibakoError("cannot-change", `Cannot change the owner of ${shown}: ${errnoName(result)}`);
  };
  walkTree(root, ({ folder, name, path }) => given(c.chownAt(folder, name, owner.uid, owner.gid), path));
  using top = openFolder(root);
  given(c.chown(top.fd, owner.uid, owner.gid), "");
}
