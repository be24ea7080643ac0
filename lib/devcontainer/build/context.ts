/**
 * The context of a build: what of a project the engine is shown, as a copy that is made by handle.
 *
 * Only what the Dockerfile takes by name is copied, where that can be known; no link that leads out; nothing of `.dockerignore`.
 *
 * @module
 */

import { staysInside } from "../../archive/unpack_stream.ts";
import { KanibakoError } from "../../host/error.ts";
import { copyTree } from "../../host/tree/copy.ts";
import type { Kind, Tree } from "../../host/tree/tree.ts";
import type { TreeLimits } from "../../host/tree/limits.ts";
import { checkDockerfile, type CheckedDockerfile, type DockerfileOptions } from "./dockerfile.ts";
import { badDockerfile } from "./instructions.ts";
import { treeDigest } from "./tree_digest.ts";
import { ignoring } from "./ignore.ts";
import type { DevBuild } from "../types.ts";

const MAX_BYTES = 256 * 1024;
/** More than a build needs, and less than fills a disk unseen. */
const CONTEXT_LIMITS: TreeLimits = { entries: 200_000, bytes: 8 * 2 ** 30, depth: 256 };

/** Most that is compared with what was approved, at each start. */
const COMPARED_LIMITS: TreeLimits = { entries: 10_000, bytes: 64 * 2 ** 20, depth: 256 };

/** The texts a build is made from. */
export interface BuildFiles {
  readonly build: DevBuild;
  readonly dockerfile: string;
  readonly ignore: string | undefined;
  /** As {@link CheckedDockerfile.sources}. */
  readonly sources: readonly string[] | undefined;
}

/** Reads them. Throws `bad-dockerfile`. */
export function readBuildFiles(tree: Tree, build: DevBuild): BuildFiles {
  const dockerfile = read(tree, build.dockerfile);
  if (dockerfile === undefined) throw badDockerfile(`there is no file ${build.dockerfile}`);
  const above = build.context === "" ? "" : `${build.context}/`;
  const ignore = read(tree, `${build.dockerfile}.dockerignore`) ?? read(tree, `${above}.dockerignore`);
  return { build, dockerfile, ignore, sources: checked(dockerfile, build).sources };
}

/** The Dockerfile as it is built. `local`: see {@link DockerfileOptions}. */
export function checked(
  text: string,
  build: DevBuild,
  local?: DockerfileOptions["local"],
): CheckedDockerfile {
  return checkDockerfile(text, { args: build.args, target: build.target, ...(local ? { local } : {}) });
}

/** The digest of what the build takes; `undefined` where that may be anything. */
export function contextDigest(tree: Tree, files: BuildFiles): string | undefined {
  if (files.sources === undefined) return undefined;
  return withContext(tree, files, (root, exclude) => comparedDigest(root, exclude));
}

/** As {@link contextDigest}, of a copy. */
export function copiedDigest(files: BuildFiles, copy: string): string | undefined {
  return files.sources && comparedDigest(copy);
}

/** What is too much to be read at each start is not compared. */
function comparedDigest(root: string, exclude?: Exclude): string | undefined {
  try {
    return treeDigest(root, { limits: COMPARED_LIMITS, ...(exclude ? { exclude } : {}) });
  } catch (cause) {
    if (cause instanceof KanibakoError && cause.code === "too-large") return undefined;
    throw cause;
  }
}

/** Copies it. `to` must not exist. */
export async function copyContext(
  tree: Tree,
  files: BuildFiles,
  to: string,
  signal?: AbortSignal,
): Promise<void> {
  await withContext(
    tree,
    files,
    (root, exclude) => copyTree(root, to, { exclude, limits: CONTEXT_LIMITS, ...(signal ? { signal } : {}) }),
  );
}

type Exclude = (path: string, kind: Kind) => boolean;

function withContext<T>(tree: Tree, files: BuildFiles, use: (root: string, exclude: Exclude) => T): T {
  const { context } = files.build;
  const below = context === "" ? "" : `${context}/`;
  const ignored = files.ignore === undefined ? () => false : ignoring(files.ignore);
  const exclude: Exclude = (path, kind) =>
    !isWanted(path, files.sources) || ignored(path, kind) ||
    (kind === "symlink" && leadsOut(path, tree.readLink(`${below}${path}`)));
  const lent = tree.lend(context);
  if (!lent) throw badDockerfile(`there is no folder ${context}`);
  const close = () => lent[Symbol.dispose]();
  let result: T;
  try {
    result = use(lent.path, exclude);
  } catch (cause) {
    close();
    throw cause;
  }
  if (result instanceof Promise) return result.finally(close) as T;
  close();
  return result;
}

/** Whether a path is one of these, in one of them, or on the way to one. */
function isWanted(path: string, sources: readonly string[] | undefined): boolean {
  return sources === undefined ||
    sources.some((source) =>
      path === source || path.startsWith(`${source}/`) || source.startsWith(`${path}/`)
    );
}

/** Whether a link may lead out of its tree, whatever other links there are. */
export function leadsOut(path: string, target: string | undefined): boolean {
  return target === undefined || !staysInside({ path, target });
}

function read(tree: Tree, path: string): string | undefined {
  const bytes = tree.readFile(path, MAX_BYTES);
  return bytes && new TextDecoder().decode(bytes);
}
