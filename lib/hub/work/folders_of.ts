/**
 * Which folders the work of a helper is in, and in which it lands.
 *
 * @module
 */

import { groupOf, helperFolders, helpersRoot } from "../folders.ts";
import type { Dirs } from "../../host/dirs.ts";
import type { Helper } from "../record.ts";
import type { WorkFolders } from "./diff.ts";

/** Whose helper it is. */
export interface OfDirector {
  readonly dirs: Pick<Dirs, "data">;
  /** The id of the box at the top, and the folder of its project. */
  readonly director: string;
  readonly path: string;
  readonly helpers: readonly Helper[];
}

/** The folders of one helper's work. */
export function workFoldersOf(
  { dirs, director, path, helpers }: OfDirector,
  { number, parent }: Pick<Helper, "number" | "parent">,
): WorkFolders {
  const root = helpersRoot(dirs, director);
  const of = (one: number) => helperFolders(groupOf(root, helpers, one), one);
  const own = of(number);
  return {
    parent: parent === 0 ? path : of(parent).workspace,
    workspace: own.workspace,
    record: `${own.root}/fork`,
  };
}

/** Where it is kept what was there before something landed. `state`: the folder of the director's state. */
export function landedFolder(state: string): string {
  return `${state}/landed`;
}
