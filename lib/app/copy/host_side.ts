/**
 * This machine's side of a copy. A workspace, a share or a vault is on it, too, where a box may have put a link: the way is gone name
 * by name, by handle, and no link is followed that a box could have made.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { absolutePath, normalPath } from "../../host/path.ts";
import { cannot } from "../../host/store.ts";
import { goCarefully } from "../../host/tree/careful_way.ts";
import { Folder } from "../../host/tree/folder.ts";
import { quotePath } from "../../host/ui/quote_path.ts";
import { type BoxFolders, boxFolders } from "../../plan/box_folders.ts";

/** Something on this machine, or where it is to be. Whoever has it closes the folder. */
export interface HostPlace {
  readonly folder: Folder;
  readonly name: string;
  /** As the user wrote it, for messages. */
  readonly shown: string;
}

/** Where a path leads. Throws `cannot-open`, `unsafe-link`, and `no-folder` where one on the way is missing. */
export async function hostPlace(host: Host, path: string, cwd: string): Promise<HostPlace> {
  const whole = normalPath(absolutePath(path, cwd));
  if (whole === "/") throw new KanibakoError("unsafe-path", "Cannot copy to or from the root folder itself.");
  let folders: BoxFolders | undefined;
  const found = await goCarefully({
    from: "/",
    path: whole.slice(1),
    make: false,
    mayFollow: async (folder) => !(folders ??= await boxFolders(host)).canWrite(folder),
  });
  if (!found) {
    const above = quotePath(whole.slice(0, whole.lastIndexOf("/")));
    throw new KanibakoError("no-folder", `Cannot open ${quotePath(path)}: there is no folder ${above}.`, {
      hint: "Check the path. To copy to it, make that folder first.",
    });
  }
  return { folder: found.folder, name: found.name, shown: path };
}

/**
 * Where a copy called `name` goes: into the folder that is there, or under the name that was given. Throws `not-a-folder` for a name
 * with a slash at its end that is none.
 */
export async function targetPlace(host: Host, path: string, cwd: string, name: string): Promise<HostPlace> {
  const place = await hostPlace(host, path, cwd);
  const kind = place.folder.info(place.name)?.kind;
  if (kind !== "folder" && !path.endsWith("/")) return place;
  using above = place.folder;
  if (kind !== "folder") {
    throw new KanibakoError("not-a-folder", `There is no folder ${quotePath(path)}.`, {
      hint: "Make it first, or leave the slash at the end out.",
    });
  }
  const folder = above.open(place.name);
  if (!folder) throw cannot("open", path, new Deno.errors.NotFound());
  return { folder, name, shown: `${path.replace(/\/+$/, "")}/${name}` };
}
