/**
 * What this machine remembers of the vaults, homes and settings that were hidden from a box: which folders they were. A path
 * says only where something is; who can write above it can put something else there.
 *
 * A folder is known by its inode and the time it was made, neither of which a box can choose. The number of its device is
 * another after a restart, so it is not used. Where a whole tree got new inodes (it was copied, or taken from a backup), its
 * root did so too, which no box can bring about that is shown the root: then all of it is remembered again.
 *
 * @module
 */

import { either, number, oneOf, schemaOf, shape, tableOf } from "../../host/light_schema.ts";
import { FileLock, readJson, type Schema, writeJson } from "../../host/store.ts";
import type { Host } from "../../config/system.ts";
import { isWithin } from "../layout.ts";

/** By what a folder is known, wherever it is. */
export interface FolderMark {
  readonly inode: number;
  /** When it was made, in milliseconds since 1970; `null` where the file system does not say. */
  readonly madeAt: number | null;
}

/** A tree a box is shown, and the hidden folders in it by their paths. */
export interface SeenTree {
  readonly root: FolderMark;
  readonly folders: Readonly<Record<string, FolderMark>>;
}

const numberOrNull = either(oneOf(null), number);
const markShape = shape({ inode: number, madeAt: numberOrNull });
const SCHEMA: Schema<Readonly<Record<string, SeenTree>>> = schemaOf(
  tableOf(shape({ root: markShape, folders: tableOf(markShape) })),
);

function fileOf(host: Host): string {
  return `${host.dirs.state}/nested.json`;
}

/** What is remembered, by the tree's root. */
export async function seenTrees(host: Host): Promise<Readonly<Record<string, SeenTree>>> {
  return await readJson(fileOf(host), SCHEMA) ?? {};
}

/** Remembers trees, each instead of what was known of its root. */
export async function rememberTrees(host: Host, seen: ReadonlyMap<string, SeenTree>): Promise<void> {
  if (seen.size === 0) return;
  await update(host, (trees) => ({ ...trees, ...Object.fromEntries(seen) }));
}

/**
 * Forgets what is known of folders in or above one of these paths: kanibako itself, asked by the user, has just put other
 * ones there.
 */
export async function forgetFolders(host: Host, paths: readonly string[]): Promise<void> {
  const touches = (folder: string) => paths.some((path) => isWithin(folder, path) || isWithin(path, folder));
  const trees = await seenTrees(host);
  const isKnown = Object.values(trees).some(({ folders }) => Object.keys(folders).some(touches));
  if (!isKnown) return;
  await update(host, (all) =>
    Object.fromEntries(
      Object.entries(all).map(([root, tree]) => {
        const left = Object.entries(tree.folders).filter(([folder]) => !touches(folder));
        return [root, { ...tree, folders: Object.fromEntries(left) }];
      }),
    ));
}

async function update(
  host: Host,
  change: (trees: Readonly<Record<string, SeenTree>>) => Readonly<Record<string, SeenTree>>,
): Promise<void> {
  using _lock = await FileLock.acquire(`${host.dirs.state}/locks/nested.lock`);
  await writeJson(fileOf(host), change(await seenTrees(host)));
}

/** By what the folder at a path is known; `undefined` when there is none, or a link. */
export function markOf(path: string): FolderMark | undefined {
  try {
    const { ino, birthtime, isDirectory } = Deno.lstatSync(path);
    return isDirectory && ino !== null ? { inode: ino, madeAt: birthtime?.getTime() ?? null } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether both are one folder. */
export function isSameFolder(a: FolderMark, b: FolderMark): boolean {
  return a.inode === b.inode && (a.madeAt === null || b.madeAt === null || a.madeAt === b.madeAt);
}

/**
 * Whether there is another folder now than there was. `areInodesStable`: asked only where the inodes differ and the time does not
 * say that it is another one; a file system may give its folders other numbers, and then the time alone counts.
 */
export function isReplaced(before: FolderMark, now: FolderMark, areInodesStable: () => boolean): boolean {
  const isTimeKnown = before.madeAt !== null && now.madeAt !== null;
  if (isTimeKnown && before.madeAt !== now.madeAt) return true;
  return before.inode !== now.inode && areInodesStable();
}
