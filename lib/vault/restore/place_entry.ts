/**
 * Putting single things of one tree into another, by handle: no symlink in the way is followed, and what stood there is
 * swapped out, never overwritten.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { libc } from "../../host/libc/libc.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { Folder } from "../../host/tree/folder.ts";
import { moveAway, replace, takeBack } from "./swap.ts";

/** Makes it as it was before. */
export type Undo = () => void;

/** Moves `path` of one tree to the same place in another; what stood there takes its place in the first. */
export function placePath(from: Folder, into: Folder, path: string): Undo {
  const names = path.split("/");
  const last = names.pop()!;
  using way = openBoth(from, into, names);
  if (!way?.from.info(last)) {
    throw new KanibakoError("unknown-path", `There is no ${shellQuote(path)} in the snapshot.`);
  }
  const how = replace(way.from, last, way.into, last);
  return () => {
    using back = openBoth(from, into, names)!;
    takeBack(how, back.from, last, back.into, last);
  };
}

/** Moves `path` out of a tree into a folder of ours, if it is there. */
export function takeAway(from: Folder, path: string, into: Folder): Undo {
  const names = path.split("/");
  const last = names.pop()!;
  const open = () => names.length === 0 ? undefined : from.openPath(names.join("/"));
  using folder = open();
  if (names.length > 0 && !folder) return () => {};
  const at = folder ?? from;
  if (!at.info(last)) return () => {};
  const gone = `gone-${crypto.randomUUID()}`;
  moveAway(at, last, into, gone);
  return () => {
    using back = open();
    into.move(gone, back ?? from, last);
  };
}

/** Whether a path is there, reached through folders only. */
export function holds(tree: Folder, path: string): boolean {
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

/** A folder of two trees, by handles on both. */
export interface Both extends Disposable {
  readonly from: Folder;
  readonly into: Folder;
}

/** The same folder of both trees; made, as it is in the first, where the second lacks it. */
function openBoth(from: Folder, into: Folder, names: readonly string[]): Both | undefined {
  let [one, other]: [Folder, Folder] = [from, into];
  const opened: Folder[] = [];
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
