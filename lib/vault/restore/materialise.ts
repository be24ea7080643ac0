/**
 * Making a fresh tree from a snapshot. It shares no inode with it: what is live may be written in place.
 *
 * @module
 */

import { OWN_LIMITS } from "../../archive/limits.ts";
import type { Owner } from "../../archive/unpacker.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { copyTree } from "../../host/tree/copy.ts";
import { giveTree, narrowModes } from "../../host/tree/modes.ts";
import { type Folder, moveUp } from "../../host/tree/folder.ts";
import type { PartName } from "../record.ts";
import { selects } from "../compare/select_paths.ts";
import { archiveOf, ofProject, openHomeParent, openPart, type Snapshot, type Vault } from "../store.ts";

/** What is to be made. */
export interface Bring {
  readonly part: PartName;
  readonly into: Folder;
  /** The name the tree gets there. */
  readonly name: string;
  /** Only these paths; all when absent. */
  readonly paths?: readonly string[] | undefined;
  readonly onProgress?: ((done: { readonly files: number; readonly bytes: number }) => void) | undefined;
}

/** Permissions of what somebody else made: as of any archive, nothing that others could write. */
const BROUGHT_MODE = 0o775;

/** The permission bits a fresh tree has of those in its snapshot. Setuid, setgid and sticky are in none. */
export function keptModes(snapshot: Snapshot): number {
  return snapshot.brought ? BROUGHT_MODE : 0o777;
}

/** Makes the tree. Throws `damaged-snapshot` when the snapshot lacks the part. */
export async function bring(vault: Vault, snapshot: Snapshot, job: Bring): Promise<void> {
  using source = openPart(vault, snapshot, job.part);
  const asIs = source && !job.paths && !snapshot.brought && source.self().ino === 256n;
  if (asIs && await bringSubvolume(source, job)) return;
  const make = (job: Bring) =>
    source ? bringTree(vault, source, snapshot, job) : bringArchive(vault, snapshot, job);
  if (!await bringIntoSubvolume(vault, job, make)) await make(job);
}

/**
 * Who owns what is made of somebody else's files: who owns what is there now. Made by root it would be root's, and no box could write
 * it. Nobody where we can give nothing away.
 */
export function ownerOf(vault: Vault, part: PartName): Owner | undefined {
  if (Deno.uid() !== 0) return undefined;
  using above = part === "home" ? openHomeParent(vault.project) : undefined;
  const parent = part === "home" ? above : vault.base;
  const name = part === "home"
    ? vault.project.home.slice(vault.project.home.lastIndexOf("/") + 1)
    : vault.live;
  using there = parent?.open(name);
  const found = (there ?? parent)?.self();
  return found && { uid: found.uid, gid: found.gid };
}

async function bringTree(
  vault: Vault,
  source: Folder,
  snapshot: Snapshot,
  job: Bring,
): Promise<void> {
  const wanted = job.paths && selects(job.paths);
  await copyTree(source.path, `${job.into.path}/${job.name}`, {
    ...(wanted ? { exclude: (path, kind) => !wanted(path, kind) } : {}),
    onProgress: job.onProgress,
  });
  if (!snapshot.brought) return;
  const fresh = `${job.into.path}/${job.name}`;
  const owner = ownerOf(vault, job.part);
  if (owner) giveTree(fresh, owner);
  narrowModes(fresh, BROUGHT_MODE);
}

async function bringSubvolume(source: Folder, job: Bring): Promise<boolean> {
  const { isSubvolume, snapshotSubvolume } = await import("../../host/btrfs.ts");
  if (!isSubvolume(source)) return false;
  snapshotSubvolume(source, job.into, job.name, { readOnly: false });
  // It took everything as it was. Back comes what comes back in any other way.
  narrowModes(`${job.into.path}/${job.name}`, 0o777, "remove");
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
  const { isSubvolume, makeSubvolume } = await import("../../host/btrfs.ts");
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
      {
        hint: `To see what is damaged: kanibako box vault verify ${shellQuote(snapshot.name)}${
          ofProject(vault)
        }`,
      },
    );
  }
  const { extractArchive } = await import("../../archive/extract.ts");
  const prefix = snapshot.form === "old-archive" ? "" : `${job.part}/`;
  const wanted = job.paths && selects(job.paths);
  const select = (path: string) => {
    if (!path.startsWith(prefix)) return `${path}/` === prefix;
    return !wanted || wanted(path.slice(prefix.length), "folder");
  };
  const owner = ownerOf(vault, job.part);
  await extractArchive(archive, `${job.into.path}/${job.name}`, {
    ...(prefix === "" ? {} : { strip: job.part, isOurs: !snapshot.brought }),
    ...(snapshot.brought ? {} : { limits: OWN_LIMITS }),
    ...(owner ? { owner } : {}),
    select,
  });
}
