/**
 * All content that decides what a `devcontainer.json` comes to, as one digest: what a person approves is this, and nothing else.
 *
 * @module
 */

import { sha256 } from "../host/sha256.ts";
import type { Tree } from "../host/tree/tree.ts";
import { type BuildFiles, contextDigest, readBuildFiles } from "./build/context.ts";
import { placeOf } from "./features/request.ts";
import { featureDigest } from "./features/local.ts";
import { LOCK_FILE, lockPath } from "./features/lock.ts";
import type { DevBuild, FeatureRequest } from "./types.ts";

/** What the digest is made of. */
export interface Deciding {
  readonly path: string;
  readonly folder: string;
  readonly text: string;
  readonly build: DevBuild | undefined;
  readonly features: readonly FeatureRequest[];
}

/** The digest, and whether the build may copy more than is in it. */
export async function digestOf(
  tree: Tree,
  deciding: Deciding,
): Promise<{ hash: string; copiesAll: boolean }> {
  const { path, folder, text, build, features } = deciding;
  const files: BuildFiles | undefined = build && readBuildFiles(tree, build);
  const local = features.flatMap(({ id }) => {
    const place = placeOf(id, folder, path);
    return place.kind === "local" ? [place.folder] : [];
  });
  const lock = features.length > 0 ? tree.readFile(lockPath(path), LOCK_FILE.maxBytes) : undefined;
  const parts: readonly unknown[] = [
    path,
    text,
    files ? [files.dockerfile, files.ignore ?? null, contextDigest(tree, files)] : null,
    local.map((name) => [name, featureDigest(tree, name)]),
    lock ? await sha256(lock) : null,
  ];
  return {
    hash: await sha256(JSON.stringify(parts)),
    copiesAll: files !== undefined && files.sources === undefined,
  };
}
