/**
 * Which folders the work of a helper is in, and in which it lands.
 *
 * @module
 */

import { groupOf, type HelperFolders, helperFolders, helpersRoot } from "../folders.ts";
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

/** The folders of one helper's work, and whether its parent can write its own. */
export function workFoldersOf(
  of: OfDirector,
  helper: Pick<Helper, "number" | "parent">,
): WorkFolders & { readonly isReadOnly: boolean } {
  const own = foldersOf(of, helper.number);
  const above = of.helpers.find(({ number }) => number === helper.parent);
  return {
    parent: workspaceOf(of, above),
    workspace: own.workspace,
    record: own.fork,
    isReadOnly: above?.workspace === "shared-ro",
  };
}

function foldersOf({ dirs, director, helpers }: OfDirector, number: number): HelperFolders {
  return helperFolders(groupOf(helpersRoot(dirs, director), helpers, number), number);
}

/** Of one that only looks on at its own parent's folder it is that one. `undefined`: the director. */
function workspaceOf(of: OfDirector, helper: Helper | undefined): string {
  if (helper === undefined) return of.path;
  return helper.workspace === "shared-ro"
    ? workspaceOf(of, of.helpers.find(({ number }) => number === helper.parent))
    : foldersOf(of, helper.number).workspace;
}

/** Where it is kept what was there before something landed. `state`: the folder of the director's state. */
export function landedFolder(state: string): string {
  return `${state}/landed`;
}
