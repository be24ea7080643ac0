/**
 * Features that are folders of the project.
 *
 * @module
 */

import { copyTree } from "../../host/tree/copy.ts";
import type { TreeLimits } from "../../host/tree/limits.ts";
import type { Tree } from "../../host/tree/tree.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { leadsOut } from "../build/context.ts";
import { treeDigest } from "../build/tree_digest.ts";
import { badFeature } from "./metadata.ts";

/** A feature is a script and what it needs. */
export const FEATURE_LIMITS: TreeLimits = { entries: 10_000, bytes: 256 * 2 ** 20, depth: 64 };

/** The digest of a folder of the project. Throws `bad-feature` where there is none. */
export function featureDigest(tree: Tree, folder: string): string {
  using lent = folderOf(tree, folder);
  return treeDigest(lent.path, { exclude: withoutLinksOut(tree, folder), limits: FEATURE_LIMITS });
}

/** Copies it. `to` must not exist. */
export async function copyLocalFeature(
  tree: Tree,
  folder: string,
  to: string,
  signal?: AbortSignal,
): Promise<void> {
  using lent = folderOf(tree, folder);
  const exclude = withoutLinksOut(tree, folder);
  await copyTree(lent.path, to, { exclude, limits: FEATURE_LIMITS, ...(signal ? { signal } : {}) });
}

function folderOf(tree: Tree, folder: string) {
  const lent = tree.kind(folder) === "folder" ? tree.lend(folder) : undefined;
  if (lent) return lent;
  throw badFeature(folder, `there is no folder ${shellQuote(folder)} in the project`);
}

function withoutLinksOut(tree: Tree, folder: string): (path: string, kind: string) => boolean {
  return (path, kind) => kind === "symlink" && leadsOut(path, tree.readLink(`${folder}/${path}`));
}
