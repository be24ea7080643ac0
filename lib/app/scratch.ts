/**
 * Boxes without a project: made for one use, and gone without a trace. What a killed script left is removed by the next one.
 *
 * @module
 */

import { absolutePath, exists } from "../host/path.ts";
import { boxState } from "../config/box_state.ts";
import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { debug } from "../host/log.ts";
import { FileLock } from "../host/store.ts";
import { shellQuote } from "../host/ui/text.ts";
import { assertNoBoxLink } from "../plan/box_links.ts";
import { checkWorkspace } from "../project/guard.ts";
import type { Project } from "../project/project.ts";
import { readRun } from "../run/record.ts";
import { runtimeOf } from "../run/run.ts";
import { LABEL_RUN } from "../runtime/labels.ts";
import { boxTreeRemover } from "./project/remove_as_box_user.ts";

const PREFIX = "scratch-";
/** Beside the folders of each, from before they are made until they are gone; its maker has it while it lives. */
const LOCK = ".lock";

/** The folders of a scratch box. */
export interface Scratch {
  /** It stands in a project's place. */
  readonly project: Project;
  /** Removes all but a workspace that was there before. */
  remove(): Promise<void>;
  /** Lets no sweep remove it from now on. */
  keep(): Promise<void>;
}

/** What a scratch box is made with. */
export interface ScratchParts {
  /** The folder it works in, which is one that a box may have; absent: an empty one of its own. */
  readonly workspace?: string | undefined;
  /** What it is called. Default: its id. */
  readonly name?: string | undefined;
}

/** The folder of all of them. */
export function scratchRoot(host: Host): string {
  return `${host.dirs.data}/scratch`;
}

/** The file in the folder of a scratch box that says that it is kept. No box can write it. */
export function keptMark(host: Host, id: string): string {
  return `${scratchRoot(host)}/${id}/kept`;
}

/**
 * Makes the folders of a scratch box. `workspace`: a folder of the user's, which stays. Throws `not-a-folder` for one that is none,
 * `home-project` or `unsafe-workspace` for one that no box may have.
 */
export async function makeScratch(
  host: Host,
  workspace: string | undefined,
  cwd: string,
): Promise<Scratch> {
  const given = workspace === undefined ? undefined : await givenWorkspace(host, workspace, cwd);
  return await newScratch(host, { workspace: given });
}

/** Makes the folders of a scratch box, and removes what killed processes left of others. */
export async function newScratch(host: Host, { workspace, name }: ScratchParts): Promise<Scratch> {
  await sweepScratch(host).catch((error: unknown) => debug(() => `scratch boxes not swept: ${error}`));
  const { id, lock } = await newId(host);
  const remove = async () => {
    try {
      await removeAll(host, id);
    } finally {
      lock[Symbol.dispose]();
    }
  };
  const keep = async () => {
    await Deno.remove(`${scratchRoot(host)}/${id}${LOCK}`);
    lock[Symbol.dispose]();
  };
  const project = scratchProject(host, { id, workspace, name: name ?? id });
  try {
    await Deno.mkdir(project.home, { recursive: true, mode: 0o700 });
    if (workspace === undefined) await Deno.mkdir(project.path, { mode: 0o700 });
  } catch (error) {
    await remove();
    throw error;
  }
  return { project, remove, keep };
}

/** What stands in a project's place for the scratch box of an id. */
export function scratchProject(
  host: Host,
  { id, workspace, name }: {
    readonly id: string;
    readonly workspace: string | undefined;
    readonly name: string;
  },
): Project {
  const folder = `${scratchRoot(host)}/${id}`;
  return {
    mode: "default",
    layout: "default",
    name,
    id,
    path: workspace ?? `${folder}/workspace`,
    hash: "",
    metadata: folder,
    home: `${folder}/home`,
    vault: undefined,
    sharedAuth: false,
    state: boxState(host.dirs, id),
    exists: true,
  };
}

/** Where a folder of the user's really is. */
async function givenWorkspace(host: Host, workspace: string, cwd: string): Promise<string> {
  await assertNoBoxLink(host, workspace, cwd);
  let path: string;
  try {
    path = await Deno.realPath(absolutePath(workspace, cwd));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new KanibakoError("not-a-folder", `There is no folder ${shellQuote(workspace)}.`);
  }
  if (!(await Deno.stat(path)).isDirectory) {
    throw new KanibakoError("not-a-folder", `${shellQuote(workspace)} is not a folder.`);
  }
  await checkWorkspace(host, path, { standalone: false, allowHome: false });
  return path;
}

/** An id of its own, and its lock. */
async function newId(host: Host): Promise<{ id: string; lock: FileLock }> {
  for (;;) {
    const id = `${PREFIX}${crypto.randomUUID().slice(0, 13)}`;
    const path = `${scratchRoot(host)}/${id}${LOCK}`;
    const lock = await FileLock.tryAcquire(path);
    // A sweep may have met it before we had it.
    if (lock && await Deno.lstat(path).then(() => true, () => false)) return { id, lock };
    lock?.[Symbol.dispose]();
  }
}

/** Removes what there is of a scratch box on this machine. The lock file goes last: until then a sweep finds what is left. */
export async function removeAll(host: Host, id: string): Promise<void> {
  // Files of the box's other users, made with sudo, go through the runtime.
  const remove = boxTreeRemover(host);
  await remove(`${scratchRoot(host)}/${id}`);
  await remove(boxState(host.dirs, id));
  try {
    await Deno.remove(`${scratchRoot(host)}/${id}${LOCK}`);
  } catch (error) {
    // One that was kept has none.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Removes scratch boxes whose script was killed. */
async function sweepScratch(host: Host): Promise<void> {
  const ids: string[] = [];
  try {
    for await (const { name } of Deno.readDir(scratchRoot(host))) {
      if (name.startsWith(PREFIX) && name.endsWith(LOCK)) ids.push(name.slice(0, -LOCK.length));
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  for (const id of ids) {
    using lock = await FileLock.tryAcquire(`${scratchRoot(host)}/${id}${LOCK}`);
    if (!lock) continue;
    // Whoever kept it was killed before the lock went.
    if (exists(keptMark(host, id))) await Deno.remove(`${scratchRoot(host)}/${id}${LOCK}`);
    else if (await endBox(host, id)) await removeAll(host, id);
  }
}

/** A box ends with its script, or soon after; what of it is still there is removed. False where nobody can tell. */
async function endBox(host: Host, id: string): Promise<boolean> {
  const record = await readRun(boxState(host.dirs, id));
  if (!record) return true;
  const runtime = await runtimeOf(host, record);
  if (!runtime) return false;
  const found = await runtime.inspect(record.box);
  if (found?.labels[LABEL_RUN] === record.run) await runtime.remove(found.id);
  return true;
}
