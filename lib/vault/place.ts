/**
 * Putting single things of one tree into another, by handle: no symlink in the way is followed, and what stood there is
 * swapped out, never overwritten.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { libc } from "../host/libc.ts";
import { shellQuote } from "../host/text.ts";
import type { FolderHandle } from "../host/tree_handle.ts";

/** Moves `path` of one tree to the same place in another; what stood there takes its place in the first. */
export function placePath(from: FolderHandle, into: FolderHandle, path: string): void {
  const names = path.split("/");
  const last = names.pop()!;
  using way = openBoth(from, into, names);
  if (!way) throw new KanibakoError("unknown-path", `There is no ${shellQuote(path)} in the snapshot.`);
  if (!way.from.info(last)) {
    throw new KanibakoError("unknown-path", `There is no ${shellQuote(path)} in the snapshot.`);
  }
  using folder = way.from.info(last)!.kind === "folder" ? way.from.open(last) : undefined;
  const times = folder?.self();
  const [atimeNs, mtimeNs] = [times?.atimeNs ?? 0n, times?.mtimeNs ?? 0n];
  if (!way.into.info(last)) way.from.move(last, way.into, last);
  else if (!way.from.swap(last, way.into, last)) {
    // A file system that cannot swap: what is there is moved out of the way an instant before.
    way.into.move(last, way.from, `.kanibako-aside-${crypto.randomUUID()}`);
    way.from.move(last, way.into, last);
  }
  // On XFS a folder counts as changed when it gets another parent.
  folder?.setTimes({ atimeNs, mtimeNs });
}

/** Moves `path` out of a tree into a folder of ours, if it is there. */
export function takeAway(from: FolderHandle, path: string, into: FolderHandle): void {
  const names = path.split("/");
  const last = names.pop()!;
  using folder = names.length === 0 ? undefined : from.openPath(names.join("/"));
  if (names.length > 0 && !folder) return;
  const at = folder ?? from;
  if (at.info(last)) at.move(last, into, `gone-${crypto.randomUUID()}`);
}

/** Whether a path is there, reached through folders only. */
export function holds(tree: FolderHandle, path: string): boolean {
  const names = path.split("/");
  const last = names.pop()!;
  try {
    using folder = names.length === 0 ? undefined : tree.openPath(names.join("/"));
    return (names.length === 0 ? tree : folder)?.info(last) !== undefined;
  } catch (error) {
    if (error instanceof KanibakoError && error.code === "unsafe-tree") return false;
    throw error;
  }
}

interface Both extends Disposable {
  readonly from: FolderHandle;
  readonly into: FolderHandle;
}

/** The same folder of both trees; made, as it is in the first, where the second lacks it. */
function openBoth(from: FolderHandle, into: FolderHandle, names: readonly string[]): Both | undefined {
  let [one, other]: [FolderHandle, FolderHandle] = [from, into];
  const opened: FolderHandle[] = [];
  const close = () => opened.forEach((folder) => folder[Symbol.dispose]());
  try {
    for (const name of names) {
      const next = one.open(name);
      if (!next) {
        close();
        return undefined;
      }
      opened.push(next);
      const isNew = other.make(name, 0o700);
      const target = other.open(name)!;
      opened.push(target);
      if (isNew) {
        const { uid, gid, mode } = next.self();
        if (Deno.uid() === 0) libc().chown(target.fd, uid, gid);
        libc().chmod(target.fd, mode & 0o777);
      }
      [one, other] = [next, target];
    }
  } catch (error) {
    close();
    throw error;
  }
  return { from: one, into: other, [Symbol.dispose]: close };
}
