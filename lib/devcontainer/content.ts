/**
 * All content that decides what a `devcontainer.json` comes to, as one digest: what a person approves is this, and nothing else.
 *
 * The digest is made of bytes as they are written: a variable of the host changes nothing about it.
 *
 * @module
 */

import { sha256 } from "../host/sha256.ts";
import type { Tree } from "../host/tree/tree.ts";
import { type BuildFiles, contextDigest, readBuildFiles } from "./build/context.ts";
import { featureDigest } from "./features/local.ts";
import { LOCK_FILE_BYTES, lockPath } from "./features/lock.ts";
import { placeOf } from "./features/request.ts";
import { badFile } from "./jsonc.ts";
import type { DevBuild, FeatureRequest } from "./types.ts";

/** Largest `devcontainer.json`, in bytes. */
const MAX_BYTES = 256 * 1024;

/** What the digest is made of. Whoever copies the content puts in what was copied. */
export interface Deciding {
  readonly path: string;
  readonly text: string;
  /** The lock file's text, where there are features. */
  readonly lock: string | undefined;
  /** Of the Dockerfile, `.dockerignore`, and what the build copies; see {@link buildPart}. */
  build: unknown;
  /** The folders of local features, each with its digest. */
  features: readonly (readonly [folder: string, digest: string])[];
}

/** What the file and its lock say. Throws `bad-devcontainer`. */
export function readDeciding(tree: Tree, path: string): Deciding {
  const text = textOf(tree, path, MAX_BYTES);
  if (text === undefined) throw badFile(path, "it is not there");
  return { path, text, lock: textOf(tree, lockPath(path), LOCK_FILE_BYTES), build: null, features: [] };
}

/** Adds what the build and local features are made of. The answer: whether the build may copy more than that. */
export function addFiles(
  tree: Tree,
  deciding: Deciding,
  { folder, build, features }: {
    readonly folder: string;
    readonly build: DevBuild | undefined;
    readonly features: readonly FeatureRequest[];
  },
): boolean {
  const files = build && readBuildFiles(tree, build);
  const context = files && contextDigest(tree, files);
  if (files) deciding.build = buildPart(files, context);
  // One folder may be written in many ways.
  const digests = new Map<string, string>();
  const digestOf = (local: string) => {
    if (!digests.has(local)) digests.set(local, featureDigest(tree, local));
    return digests.get(local)!;
  };
  deciding.features = features.flatMap(({ id }) => {
    const place = placeOf(id, folder, deciding.path);
    return place.kind === "local" ? [[place.folder, digestOf(place.folder)] as const] : [];
  });
  return files !== undefined && context === undefined;
}

/** The part of a build. `context`: the digest of what it copies; `undefined` where that may be anything. */
export function buildPart({ dockerfile, ignore }: BuildFiles, context: string | undefined): unknown {
  return [dockerfile, ignore ?? null, context ?? null];
}

/** The digest. */
export async function hashOf({ path, text, build, features, lock }: Deciding): Promise<string> {
  return await sha256(JSON.stringify([path, text, build, features, lock ?? null]));
}

function textOf(tree: Tree, path: string, maxBytes: number): string | undefined {
  const bytes = tree.readFile(path, maxBytes);
  if (!bytes) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw badFile(path, "it is not UTF-8");
  }
}
