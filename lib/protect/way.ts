/**
 * The way to a place, by what its folders are and not by their names.
 *
 * @module
 */

import type { Folder } from "../host/tree/folder.ts";
import type { HeldPlace } from "./manifest.ts";

/** The folders from the project's own to the place, which is the last where it is a folder. `undefined` where there is none now. */
export function wayTo(workspace: Folder, { path, kind }: HeldPlace): readonly string[] | undefined {
  const names = path.split("/");
  const way = [String(workspace.self().identity)];
  let at = workspace.again();
  for (const name of kind === "folder" ? names : names.slice(0, -1)) {
    using above = at;
    if (above.info(name)?.kind !== "folder") return undefined;
    above.unlock(name);
    const next = above.open(name);
    if (!next) return undefined;
    at = next;
    way.push(String(at.self().identity));
  }
  at[Symbol.dispose]();
  return way;
}
