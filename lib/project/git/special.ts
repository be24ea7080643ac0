/**
 * FIFOs, devices and sockets in the place of what git opens. It would wait for the other end of a FIFO, so it is not called where
 * there is one; what is not found here ends with the time a look may take.
 *
 * @module
 */

import { type GitDir, Place, Unclear } from "./dir.ts";
import { openTree } from "../../host/tree/tree.ts";

/** The most names that are looked at: more objects than a repository that is packed now and then has outside of its packs. */
const MAX_NAMES = 20_000;
/** Where git keeps what it reads beside the objects that are files of their own. */
const OF_OBJECTS = ["objects/info", "objects/info/commit-graphs", "objects/pack"];
/** What it reads of the folder itself; in the folders below, too, but these are not looked for. */
const OF_FOLDER = [".gitignore", ".gitattributes", ".gitmodules"];

/** Throws {@link Unclear} when git would meet something that is neither file, folder nor link. */
export function refuseSpecialFiles({ common, folder }: GitDir): void {
  using tree = openTree(folder);
  const work = new Place(tree, "");
  for (const name of OF_FOLDER) if (work.kind(name) === "other") throw special(name);
  let left = MAX_NAMES;
  const refuseIn = (path: string) => {
    for (const { name, kind } of common.list(path, left)) {
      left--;
      if (kind === "other") throw special(`.git/${path}/${name}`);
    }
  };
  for (const path of OF_OBJECTS) refuseIn(path);
  for (const { name, kind } of common.list("objects", left)) {
    if (kind === "other") throw special(`.git/objects/${name}`);
    if (left > 0 && kind === "folder" && /^[0-9a-f]{2}$/.test(name)) refuseIn(`objects/${name}`);
  }
}

function special(path: string): Unclear {
  return new Unclear(`its ${path} is neither file nor folder`);
}
