/**
 * Making a fresh tree from a snapshot. It shares no inode with it: what is live may be written in place.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/text.ts";
import { copyTree } from "../host/tree_copy.ts";
import { type FolderHandle, moveUp } from "../host/tree_handle.ts";
import type { PartName } from "./record.ts";
import { selects } from "./select.ts";
import { archiveOf, openPart, type Snapshot, type Vault } from "./store.ts";

/** What is to be made. */
export interface Bring {
  readonly part: PartName;
  readonly into: FolderHandle;
  /** The name the tree gets there. */
  readonly name: string;
  /** Only these paths; all when absent. */
  readonly paths?: readonly string[] | undefined;
  readonly onProgress?: ((done: { readonly files: number; readonly bytes: number }) => void) | undefined;
}

/** Makes the tree. Throws `damaged-snapshot` when the snapshot lacks the part. */
export async function bring(vault: Vault, snapshot: Snapshot, job: Bring): Promise<void> {
  using source = openPart(vault, snapshot, job.part);
  if (source && !job.paths && source.self().ino === 256n && await bringSubvolume(source, job)) return;
  const make = (job: Bring) => source ? bringTree(source, job) : bringArchive(vault, snapshot, job);
  if (!await bringIntoSubvolume(vault, job, make)) await make(job);
}

async function bringTree(source: FolderHandle, job: Bring): Promise<void> {
  const wanted = job.paths && selects(job.paths);
  await copyTree(source.path, `${job.into.path}/${job.name}`, {
    ...(wanted ? { exclude: (path, kind) => !wanted(path, kind) } : {}),
    onProgress: job.onProgress,
  });
}

async function bringSubvolume(source: FolderHandle, job: Bring): Promise<boolean> {
  const { isSubvolume, snapshotSubvolume } = await import("../host/btrfs.ts");
  if (!isSubvolume(source)) return false;
  snapshotSubvolume(source, job.into, job.name, { readOnly: false });
  return true;
}

/**
 * What is live and a subvolume stays one, whatever the snapshot is: the next one is to be instant again. Nothing is renamed
 * into a subvolume from outside, so the tree is made in it, and then moved up. False where that is not needed, or cannot be.
 */
async function bringIntoSubvolume(
  vault: Vault,
  job: Bring,
  make: (job: Bring) => Promise<void>,
): Promise<boolean> {
  if (job.part !== "content" || job.paths) return false;
  using live = vault.base.open(vault.live);
  if (live?.self().ino !== 256n) return false;
  const { isSubvolume, makeSubvolume } = await import("../host/btrfs.ts");
  if (!isSubvolume(live) || !makeSubvolume(job.into, job.name)) return false;
  using subvolume = job.into.open(job.name)!;
  const inner = `.kanibako-${crypto.randomUUID()}`;
  await make({ ...job, into: subvolume, name: inner });
  moveUp(subvolume, inner);
  return true;
}

async function bringArchive(vault: Vault, snapshot: Snapshot, job: Bring): Promise<void> {
  const archive = archiveOf(vault, snapshot);
  if (!archive) {
    throw new KanibakoError(
      "damaged-snapshot",
      `The snapshot ${shellQuote(snapshot.name)} is damaged: its ${job.part} is missing.`,
    );
  }
  const { extractArchive } = await import("../archive/extract.ts");
  const prefix = snapshot.form === "old-archive" ? "" : `${job.part}/`;
  const wanted = job.paths && selects(job.paths);
  const select = (path: string) => {
    if (!path.startsWith(prefix)) return `${path}/` === prefix;
    return !wanted || wanted(path.slice(prefix.length), "folder");
  };
  using live = job.part === "home" ? undefined : vault.base.open(vault.live);
  const owner = live?.self();
  await extractArchive(archive, `${job.into.path}/${job.name}`, {
    ...(prefix === "" ? {} : { strip: job.part, isOurs: true }),
    ...(owner && Deno.uid() === 0 ? { owner: { uid: owner.uid, gid: owner.gid } } : {}),
    select,
  });
}
