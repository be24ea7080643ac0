/**
 * What of a director's helpers is on this machine, whether or not it runs: for whoever moves or removes its project.
 *
 * @module
 */

import { boxState } from "../config/box_state.ts";
import type { Dirs } from "../host/dirs.ts";
import { exists } from "../host/path.ts";
import { directorOf, helpersRoot } from "./folders.ts";

/** The ids of its helpers' boxes, as far as these have been started. */
export function helperIds(dirs: Pick<Dirs, "state">, director: string): string[] {
  return names(`${dirs.state}/boxes`).filter((id) => directorOf(id) === director).sort();
}

/** The folders of its helpers that are there: what they work in, their homes, and their states. */
export function helperPlaces(dirs: Pick<Dirs, "data" | "state">, director: string): string[] {
  const root = helpersRoot(dirs, director);
  return [
    ...[root, `${root}.homes`].filter(exists),
    ...helperIds(dirs, director).map((id) => boxState(dirs, id)),
  ];
}

/** The ids of all directors that have folders of helpers. */
export function directors(dirs: Pick<Dirs, "data">): string[] {
  const found = names(`${dirs.data}/helpers`).map((name) => name.replace(/\.homes$/, ""));
  return [...new Set(found)].sort();
}

function names(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch {
    return [];
  }
}
