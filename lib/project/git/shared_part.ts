/**
 * Parts of a repository that are somebody else's: links in a folder of git data, as tools make them that have several folders use one
 * repository. A copy of such a folder would be the original.
 *
 * @module
 */

import { openTree } from "../../host/tree/tree.ts";
import { LINK_BYTES } from "./dir.ts";

/** What commits and branches are kept in. */
const PARTS = ["", "/HEAD", "/objects", "/refs", "/refs/heads", "/packed-refs", "/logs", "/config", "/index"];

/** The first of them; `undefined` where all is the folder's own. `folder`: a project's. */
export function sharedPart(folder: string): { readonly path: string; readonly to: string } | undefined {
  using tree = openTree(folder);
  for (const part of PARTS) {
    const path = `.git${part}`;
    const kind = tree.kind(path);
    if (kind === "symlink") return { path, to: tree.readLink(path) ?? "" };
    // What is not there has nothing in it; a file `.git` is looked at elsewhere.
    if (part === "" && kind !== "folder") return undefined;
  }
  if (tree.kind(".git/commondir") === undefined) return undefined;
  const to = new TextDecoder().decode(tree.readFile(".git/commondir", LINK_BYTES));
  return { path: ".git/commondir", to: to.trim() };
}
