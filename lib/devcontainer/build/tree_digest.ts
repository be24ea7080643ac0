/**
 * One digest of a tree: names, kinds, permissions, contents and where links lead.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { hashFile, linkTarget } from "../../host/tree/hash.ts";
import { tooLarge } from "../../host/tree/limits.ts";
import { type WalkEntry, type WalkOptions, walkTree } from "../../host/tree/walk.ts";

/**
 * The digest of all below a folder. What is neither file, folder nor link does not count: it is never copied. Throws `too-large`, also
 * where more would have to be read than the limit of bytes.
 */
export function treeDigest(root: string, options: Pick<WalkOptions, "exclude" | "limits">): string {
  const hash = createHash("sha256");
  const most = options.limits?.bytes ?? Infinity;
  let bytes = 0;
  // Limits count what takes place on the disk, and that once: so much may be read, whatever names and holes there are.
  const known = new Map<bigint, string | undefined>();
  const hashOnce = (entry: WalkEntry) => {
    const { identity, nlink, size } = entry;
    if (nlink > 1 && known.has(identity)) return known.get(identity);
    bytes += size;
    if (bytes > most) throw tooLarge(root, "bytes", most);
    const content = hashFile(root, entry);
    if (nlink > 1) known.set(identity, content);
    return content;
  };
  walkTree(root, (entry) => {
    const content = entry.kind === "file"
      ? hashOnce(entry)
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
