/**
 * `~/workspace` of a box whose workspace is at another place: a link there. It lies in the home, so the box can do with it what it likes;
 * nothing but the way of its own programs rests on it.
 *
 * @module
 */

import { openFolder } from "../host/tree/folder.ts";
import { openTree } from "../host/tree/tree.ts";
import { shellQuote } from "../host/ui/text.ts";
import { BOX_HOME, BOX_WORKSPACE } from "../spec/box_paths.ts";
import type { BoxSpec } from "../spec/box_spec.ts";

const NAME = BOX_WORKSPACE.slice(BOX_HOME.length + 1);

/**
 * Makes the link, or removes it where the workspace is mounted at `~/workspace` itself: an engine would follow it. Answers what is to be
 * said where something else keeps its place; `undefined` otherwise.
 */
export function placeWorkspaceLink(home: string, { workdir, user }: BoxSpec): string | undefined {
  const target = workdir === BOX_WORKSPACE ? undefined : workdir;
  using folder = openFolder(home);
  const is = folder.info(NAME)?.kind;
  if (is === "symlink") {
    if (folder.readLink(NAME) === target) return undefined;
    folder.unlink(NAME);
  }
  if (target === undefined) return undefined;
  // The place of an earlier mount is empty.
  if (is !== undefined && is !== "symlink" && !folder.removeEmpty(NAME)) {
    return `~/workspace of the box is not the project: its home has something of its own there. The project is at ${
      shellQuote(target)
    }.`;
  }
  using tree = openTree(home);
  const owner = user.kind === "owner" && Deno.uid() === 0 ? { uid: user.uid, gid: user.gid } : undefined;
  tree.makeLink(NAME, target, owner);
  return undefined;
}
