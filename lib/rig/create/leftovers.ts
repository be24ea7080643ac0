/**
 * Containers in which somebody works on an image, images that have only just come in, folders for the files of both, and what becomes of
 * those whose process was killed. None carries a label of ours, so which they are is written down before there is one.
 *
 * @module
 */

import * as z from "zod/mini";
import type { Dirs } from "../../host/dirs.ts";
import { KanibakoError } from "../../host/error.ts";
import { debug } from "../../host/log.ts";
import { FileLock, readJson, writeJson } from "../../host/store.ts";
import { imagesOf, reopenRuntime } from "../../runtime/open.ts";
import type { RuntimePlace } from "../../runtime/runtime.ts";

/** `work`: a container; `incoming`: an image; `files`: a folder. */
type WorkKind = "work" | "incoming" | "files";

const NAME = /^kanibako-(work|incoming|files)-[0-9a-f]{8}$/;
const RECORD = z.object({ kind: z.string(), place: z.record(z.string(), z.string()) });

/** Which runtime a container is in. */
export interface WorkPlace {
  readonly kind: string;
  readonly place: RuntimePlace;
}

const folderOf = (dirs: Dirs) => `${dirs.state}/rig-work`;

/** The reference of an image that comes in. */
export function incomingReference(name: string): string {
  return `localhost/${name}:latest`;
}

/** The name of one that is about to be made. Disposed of once that is gone; a process that dies leaves its record. */
export async function announceWork(
  dirs: Dirs,
  { kind, place }: WorkPlace,
  what: Exclude<WorkKind, "files">,
): Promise<{ readonly name: string } & AsyncDisposable> {
  const { name, path, lock } = await announce(dirs, what, { kind, place });
  return {
    name,
    async [Symbol.asyncDispose]() {
      await forget(path);
      lock[Symbol.dispose]();
    },
  };
}

/** A new folder of ours for one piece of work, gone with it. */
export async function workFolder(dirs: Dirs): Promise<{ readonly path: string } & AsyncDisposable> {
  const { name, path, lock } = await announce(dirs, "files", { kind: "", place: {} });
  const folder = `${dirs.cache}/${name}`;
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    path: folder,
    async [Symbol.asyncDispose]() {
      await Deno.remove(folder, { recursive: true }).catch(() => {});
      await forget(path);
      lock[Symbol.dispose]();
    },
  };
}

async function announce(dirs: Dirs, what: WorkKind, place: WorkPlace) {
  const name = `kanibako-${what}-${crypto.randomUUID().slice(0, 8)}`;
  const path = `${folderOf(dirs)}/${name}`;
  const lock = await FileLock.acquire(`${path}.lock`);
  await writeJson(`${path}.json`, place);
  return { name, path, lock };
}

/** Removes what killed processes left behind. What is in a runtime that does not answer is kept in mind. Never throws. */
export async function sweepWork(dirs: Dirs): Promise<void> {
  for (const name of await namesIn(folderOf(dirs))) {
    const path = `${folderOf(dirs)}/${name}`;
    try {
      using lock = await FileLock.tryAcquire(`${path}.lock`);
      if (lock && await remove(dirs, name, path)) await forget(path);
    } catch (cause) {
      debug(() => `kept ${name}: ${cause}`);
    }
  }
}

/** Work whose process was killed. */
export interface LeftWork {
  readonly name: string;
  readonly kind: WorkKind;
  /** Its folder, where it has one. */
  readonly folder: string | undefined;
  /** Removes what there is of it. Throws `busy` where somebody else does so now, `no-engine` where that cannot be asked. */
  remove(): Promise<void>;
}

/** What killed processes left behind. */
export async function leftWork(dirs: Dirs): Promise<LeftWork[]> {
  const found: LeftWork[] = [];
  for (const name of await namesIn(folderOf(dirs))) {
    const path = `${folderOf(dirs)}/${name}`;
    if (await FileLock.isHeld(`${path}.lock`)) continue;
    const kind = NAME.exec(name)?.[1] as WorkKind;
    found.push({
      name,
      kind,
      folder: kind === "files" ? `${dirs.cache}/${name}` : undefined,
      remove: async () => {
        using lock = await FileLock.tryAcquire(`${path}.lock`);
        if (!lock) throw new KanibakoError("busy", `Cannot remove ${name}: somebody else removes it.`);
        if (!await remove(dirs, name, path)) {
          throw new KanibakoError("no-engine", `Cannot remove ${name}: its engine does not answer.`);
        }
        await forget(path);
      },
    });
  }
  return found;
}

async function remove(dirs: Dirs, name: string, path: string): Promise<boolean> {
  const record = await readJson(`${path}.json`, RECORD);
  // Killed before it was written: there is nothing yet.
  if (!record) return true;
  const what = NAME.exec(name)?.[1] as WorkKind;
  if (what === "files") {
    await Deno.remove(`${dirs.cache}/${name}`, { recursive: true }).catch((cause) => {
      if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    });
    return true;
  }
  const runtime = await reopenRuntime(dirs, record.kind, record.place);
  if (!runtime) return false;
  const images = imagesOf(runtime);
  if (what === "work") await images.removeWorkbench(name);
  else if (await images.get(incomingReference(name))) await images.remove(incomingReference(name));
  return true;
}

async function forget(path: string): Promise<void> {
  for (const end of [".json", ".lock"]) await Deno.remove(path + end).catch(() => {});
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.filter(({ name }) => name.endsWith(".lock"))
      .map(({ name }) => name.slice(0, -".lock".length)).filter((name) => NAME.test(name));
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return [];
    throw cause;
  }
}
