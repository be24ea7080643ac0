/**
 * Containers in which somebody works on an image, and what becomes of those whose process was killed. They carry no labels, so which they
 * are is written down before there is one.
 *
 * @module
 */

import * as z from "zod/mini";
import type { Dirs } from "../../host/dirs.ts";
import { debug } from "../../host/log.ts";
import { FileLock, readJson, writeJson } from "../../host/store.ts";
import { imagesOf, reopenRuntime } from "../../runtime/open.ts";
import type { RuntimePlace } from "../../runtime/runtime.ts";

const PREFIX = "kanibako-work-";
const RECORD = z.object({ kind: z.string(), place: z.record(z.string(), z.string()) });

/** Which runtime a container is in. */
export interface WorkPlace {
  readonly kind: string;
  readonly place: RuntimePlace;
}

const folderOf = (dirs: Dirs) => `${dirs.state}/rig-work`;

/** The name of a container that is about to be made. Disposed of once that is gone; a process that dies leaves its record. */
export async function announceWork(
  dirs: Dirs,
  { kind, place }: WorkPlace,
): Promise<{ readonly name: string } & AsyncDisposable> {
  const name = `${PREFIX}${crypto.randomUUID().slice(0, 8)}`;
  const path = `${folderOf(dirs)}/${name}`;
  const lock = await FileLock.acquire(`${path}.lock`);
  await writeJson(`${path}.json`, { kind, place });
  return {
    name,
    async [Symbol.asyncDispose]() {
      await forget(path);
      lock[Symbol.dispose]();
    },
  };
}

/** Removes the containers that killed processes left behind. One whose runtime does not answer is kept in mind. Never throws. */
export async function sweepWork(dirs: Dirs): Promise<void> {
  for (const name of await namesIn(folderOf(dirs))) {
    const path = `${folderOf(dirs)}/${name}`;
    try {
      using lock = await FileLock.tryAcquire(`${path}.lock`);
      if (lock && await removeContainer(dirs, name, path)) await forget(path);
    } catch (cause) {
      debug(() => `kept ${name}: ${cause}`);
    }
  }
}

async function removeContainer(dirs: Dirs, name: string, path: string): Promise<boolean> {
  const record = await readJson(`${path}.json`, RECORD);
  // Killed before it was written: there is no container yet.
  if (!record) return true;
  const runtime = await reopenRuntime(dirs, record.kind, record.place);
  if (!runtime) return false;
  await imagesOf(runtime).removeWorkbench(name);
  return true;
}

async function forget(path: string): Promise<void> {
  for (const end of [".json", ".lock"]) await Deno.remove(path + end).catch(() => {});
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.filter(({ name }) => name.startsWith(PREFIX) && name.endsWith(".lock"))
      .map(({ name }) => name.slice(0, -".lock".length));
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return [];
    throw cause;
  }
}
