/**
 * The folder that a helper works in, made of its parent's.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { giveTo } from "../../host/give.ts";
import { exists } from "../../host/path.ts";
import { helperFolders } from "../../hub/folders.ts";
import type { FoundHelper } from "./find_helper.ts";

/** Makes it, unless it is there: one that is started again goes on in its own. */
export async function makeHelperWorkspace(_host: Host, found: FoundHelper): Promise<void> {
  const { director, group, helper } = found;
  const { workspace } = helperFolders(group, helper.number);
  if (exists(workspace)) return;
  const { uid, gid } = await Deno.stat(director.path);
  await Deno.mkdir(workspace, { mode: 0o755 });
  giveTo(workspace, { uid: uid ?? 0, gid: gid ?? 0 });
}
