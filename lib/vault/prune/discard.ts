/**
 * Removing what a vault needs no more.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import type { Folder } from "../../host/tree/folder.ts";
import { type Ui, warning } from "../../spec/ui.ts";

const DAY_MS = 86_400_000;

/** Removes a tree by its path where we may not: through the engine, as the users of the box. */
export type TreeRemover = (path: string) => Promise<void>;

/** Removes what a name in a folder is, with all it holds, subvolumes included. Throws as `removeTree` does. */
export async function discard(folder: Folder, name: string, remover?: TreeRemover): Promise<void> {
  const { removeTree } = await import("../../host/tree/remove.ts");
  await dropSubvolumes(folder, name);
  try {
    await removeTree(`${folder.path}/${name}`);
  } catch (error) {
    if (!remover || !(error instanceof KanibakoError) || error.code !== "needs-engine") throw error;
    await remover(`${folder.shown}/${name}`);
  }
}

/** The vault that something is removed for: who hears of it, and who can remove more than we may. */
export interface Clearing {
  readonly host: { readonly ui: Ui };
  readonly remover: TreeRemover | undefined;
}

/**
 * As {@link discard}, for what is in nobody's way: what cannot be removed stays, and is reported, once for all. A box can make what we may
 * not remove; that is no reason for a snapshot not to be taken, nor for a restore to have failed.
 */
export async function clear(
  { host: { ui }, remover }: Clearing,
  folder: Folder,
  names: readonly string[],
): Promise<void> {
  const failures: KanibakoError[] = [];
  for (const name of names) {
    try {
      await discard(folder, name, remover);
    } catch (error) {
      if (!(error instanceof KanibakoError)) throw error;
      failures.push(error);
    }
  }
  if (failures.length === 0) return;
  warning(ui, "leftovers-stay", { message: failures[0]!.message, more: failures.length - 1 });
}

/** Checksums of a snapshot whose writing was killed. It needs no lock, so what is young may be written still. */
export function sweepSums(versions: Folder, name: string): void {
  using folder = openOrPass(versions, name);
  for (const { name: file } of folder ? Deno.readDirSync(folder.path) : []) {
    if (!/^manifest\.jsonl\.[0-9a-f-]{36}$/.test(file)) continue;
    const changed = Number((folder!.info(file)?.mtimeNs ?? 0n) / 1_000_000n);
    if (Date.now() - changed > DAY_MS) Deno.removeSync(`${folder!.path}/${file}`);
  }
}

/** Subvolumes go at once, where we may; elsewhere they are made writable, and emptied like any folder. */
async function dropSubvolumes(parent: Folder, name: string): Promise<void> {
  if (parent.info(name)?.kind !== "folder") return;
  using draft = openOrPass(parent, name);
  for (const part of ["content", "home", "fresh"]) {
    if (draft?.info(part)?.ino !== 256n || draft.info(part)?.kind !== "folder") continue;
    const btrfs = await import("../../host/btrfs.ts");
    using folder = draft.open(part);
    if (!folder || !btrfs.isSubvolume(folder)) continue;
    if (!btrfs.destroySubvolume(draft, part)) btrfs.makeWritable(folder);
  }
}

/** A folder that we may not look into holds nothing that we put there. */
function openOrPass(parent: Folder, name: string): Folder | undefined {
  try {
    return parent.open(name);
  } catch {
    return undefined;
  }
}
