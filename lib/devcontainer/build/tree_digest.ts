/**
 * One digest of a tree: names, kinds, permissions, contents and where links lead.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { hashFile, linkTarget } from "../../host/tree/hash.ts";
import { type WalkOptions, walkTree } from "../../host/tree/walk.ts";

/** The digest of all below a folder. What is neither file, folder nor link does not count: it is never copied. */
export function treeDigest(root: string, options: Pick<WalkOptions, "exclude" | "limits">): string {
  const hash = createHash("sha256");
  walkTree(root, (entry) => {
    const content = entry.kind === "file"
      ? hashFile(root, entry)
      : entry.kind === "symlink"
      ? linkTarget(entry)?.toHex()
      : "";
    if (entry.kind === "other" || content === undefined) return;
    hash.update(
      JSON.stringify([entry.path, entry.kind, entry.kind === "symlink" ? 0 : entry.mode & 0o777, content]) +
        "\n",
    );
  }, { ...options, sorted: true });
  return hash.digest("hex");
}
