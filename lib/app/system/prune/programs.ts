/**
 * Versions of this program that were unpacked into the cache, and that no process and no box uses.
 *
 * @module
 */

import { KanibakoError } from "../../../host/error.ts";
import { self } from "../../../host/self.ts";
import { removeTree } from "../../../host/tree/remove.ts";
import { quotePath } from "../../../host/ui/quote_path.ts";
import { type Unused, YOUNG_MS } from "./unused.ts";

/** Where they are found. */
export interface ProgramPlaces {
  readonly cache: string;
  readonly proc?: string;
  readonly nowMs?: number;
  /** Paths that this very process runs from. */
  readonly own?: readonly string[];
}

/** The unused ones. None where some process of ours does not let itself be looked at: a box of it may have any of them. */
export async function unusedPrograms(places: ProgramPlaces): Promise<readonly Unused[]> {
  const { cache } = places;
  return (await unusedFolders(places)).map((path) => ({
    kind: "program",
    name: path.slice(cache.length + 1),
    bytes: ownBytes(path),
    remove: async () => {
      // Somebody thought about it in the meantime, and a box may have been started.
      if (!(await unusedFolders(places)).includes(path)) {
        throw new KanibakoError("in-use", `Cannot remove ${quotePath(path)}: it is in use by now.`);
      }
      await removeTree(path);
    },
  }));
}

async function unusedFolders(
  { cache, proc = "/proc", nowMs = Date.now(), own }: ProgramPlaces,
): Promise<readonly string[]> {
  const folders = ["bin", "self"].flatMap((name) => foldersIn(`${cache}/${name}`));
  const old = folders.filter((path) => nowMs - (Deno.lstatSync(path).mtime?.getTime() ?? nowMs) > YOUNG_MS);
  if (old.length === 0) return [];
  const used = usedTexts(proc);
  if (used === undefined) return [];
  const texts = [...used, ...own ?? ownPaths((await self()).command)];
  const unused = old.filter((path) => {
    const name = nameOf(path);
    // In a list of mounts a path begins where its file system does: only its end is sure.
    return !isRuntime(name) &&
      !texts.some((text) =>
        text.includes(`/${name}/`) || text.includes(`/${name} `) || text.endsWith(`/${name}`)
      );
  });
  const kept = folders.filter((path) => !unused.includes(path)).map(nameOf).filter((name) =>
    !isRuntime(name)
  );
  const runtimes = old.filter((path) => {
    const [, mark] = RUNTIME.exec(nameOf(path)) ?? [];
    return mark !== undefined && !kept.some((name) => name.endsWith(`-${mark}`));
  });
  return [...unused, ...runtimes];
}

/** What versions share: their names end with its mark. */
const RUNTIME = /^runtime-([0-9a-f]{8})/;

function isRuntime(name: string): boolean {
  return RUNTIME.test(name);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** What is freed with a folder: a file that others share stays. No box can write there. */
function ownBytes(folder: string): number {
  let bytes = 0;
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    const { nlink, blocks } = Deno.lstatSync(path);
    bytes += isDirectory ? ownBytes(path) : nlink === 1 ? (blocks ?? 0) * 512 : 0;
  }
  return bytes;
}

function ownPaths(command: readonly string[]): readonly string[] {
  return [...command, Deno.execPath(), import.meta.url];
}

function foldersIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].filter((entry) => entry.isDirectory).map(({ name }) =>
      `${folder}/${name}`
    );
  } catch {
    return [];
  }
}

/** What the processes of this machine run and have mounted; `undefined` where one of ours cannot be looked at. */
function usedTexts(proc: string): string[] | undefined {
  const texts = new Set<string>();
  const uid = Deno.uid();
  for (const { name } of Deno.readDirSync(proc)) {
    if (!/^\d+$/.test(name)) continue;
    const folder = `${proc}/${name}`;
    try {
      texts.add(Deno.readTextFileSync(`${folder}/mountinfo`));
      texts.add(Deno.readTextFileSync(`${folder}/cmdline`).replaceAll("\0", " "));
      texts.add(executable(folder));
    } catch (error) {
      // It has ended.
      if (error instanceof Deno.errors.NotFound || !isOurs(folder, uid)) continue;
      if (errorIsGone(error)) continue;
      return undefined;
    }
  }
  return [...texts];
}

/** Its words name it, too: where it cannot be had, they do. */
function executable(folder: string): string {
  try {
    return Deno.readLinkSync(`${folder}/exe`);
  } catch {
    return "";
  }
}

/** A process that ends while it is looked at. */
function errorIsGone(error: unknown): boolean {
  return error instanceof Error && /no such process|invalid argument|os error (3|22)\b/i.test(error.message);
}

function isOurs(folder: string, uid: number | null): boolean {
  try {
    return Deno.lstatSync(folder).uid === uid;
  } catch {
    return false;
  }
}
