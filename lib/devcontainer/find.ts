/**
 * Where a project may have its `devcontainer.json`.
 *
 * Source: Development Containers specification, "devcontainer.json": three places, of which the third has any number of files.
 *
 * @module
 */

import type { Tree } from "../host/tree/tree.ts";

const FOLDER = ".devcontainer";
const FILE = "devcontainer.json";
/** Most folders that are looked into. */
const MOST_FOLDERS = 100;

/**
 * The files of a project, relative to it: `.devcontainer/devcontainer.json`, `.devcontainer.json`, then
 * `.devcontainer/NAME/devcontainer.json` by name. The first one is what is used where nobody chooses. What is no regular file, or is
 * reached through a link, does not count.
 */
export function findDevContainers(tree: Tree): readonly string[] {
  const folder = kindOf(tree, FOLDER) === "folder";
  const named = folder ? tree.list(FOLDER, MOST_FOLDERS)?.entries ?? [] : [];
  return [
    ...(folder ? [`${FOLDER}/${FILE}`] : []),
    `${FOLDER}.json`,
    ...named.filter(({ kind }) => kind === "folder").map(({ name }) => `${FOLDER}/${name}/${FILE}`).sort(),
  ].filter((path) => kindOf(tree, path) === "file");
}

/** As the tree says; what cannot be looked at is nothing. */
function kindOf(tree: Tree, path: string): string | undefined {
  try {
    return tree.kind(path);
  } catch {
    return undefined;
  }
}
