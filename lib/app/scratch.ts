/**
 * Boxes without a project: made for one use, and gone without a trace. What a killed script left is removed by the next one.
 *
 * @module
 */

import { absolutePath } from "../host/path.ts";
import { boxState, launchLock } from "../config/box_state.ts";
import type { Host } from "../config/system.ts";
import { debug } from "../host/log.ts";
import { FileLock } from "../host/store.ts";
import { checkWorkspace } from "../project/guard.ts";
import { boxTreeRemover } from "./project/remove_tree.ts";
import type { Project } from "../project/project.ts";

const PREFIX = "scratch-";
/** One that was made just now may not have its lock yet. */
const YOUNG_MS = 10 * 60_000;

function root(host: Host): string {
  return `${host.dirs.data}/scratch`;
}

/**
 * Makes the folders of a scratch box. `workspace`: a folder of the user's, which stays. Throws `unsafe-workspace` for one that no box
 * may have.
 */
export async function makeScratch(
  host: Host,
  workspace: string | undefined,
  cwd: string,
): Promise<Project> {
  await sweepScratch(host).catch((error: unknown) => debug(() => `scratch boxes not swept: ${error}`));
  const id = `${PREFIX}${crypto.randomUUID().slice(0, 13)}`;
  const folder = `${root(host)}/${id}`;
  let path = `${folder}/workspace`;
  if (workspace !== undefined) {
    path = await Deno.realPath(absolutePath(workspace, cwd));
    await checkWorkspace(host, path, { standalone: false, allowHome: false });
  }
  await Deno.mkdir(`${folder}/home`, { recursive: true, mode: 0o700 });
  if (workspace === undefined) await Deno.mkdir(path, { mode: 0o700 });
  return {
    mode: "default",
    layout: "default",
    name: id,
    id,
    path,
    hash: "",
    metadata: folder,
    home: `${folder}/home`,
    vault: undefined,
    sharedAuth: false,
    state: boxState(host.dirs, id),
    exists: true,
  };
}

/** Removes all of a scratch box but a workspace that was there before. */
export async function removeScratch(host: Host, { id, state }: Pick<Project, "id" | "state">): Promise<void> {
  // Files of the box's other users, made with sudo, go through the runtime.
  const remove = boxTreeRemover(host);
  await remove(`${root(host)}/${id}`);
  await remove(state);
}

/** Removes scratch boxes whose script was killed. Their boxes have ended: they end with the script. */
async function sweepScratch(host: Host): Promise<void> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(root(host))) if (name.startsWith(PREFIX)) names.push(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  for (const id of names) {
    const made = (await Deno.lstat(`${root(host)}/${id}`)).mtime?.getTime() ?? 0;
    const state = boxState(host.dirs, id);
    if (Date.now() - made < YOUNG_MS || await FileLock.isHeld(launchLock(state))) continue;
    // One that cannot be removed does not keep the others.
    await removeScratch(host, { id, state }).catch((error: unknown) =>
      debug(() => `${id} not swept: ${error}`)
    );
  }
}
