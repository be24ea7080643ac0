/**
 * Checksums that are made after a snapshot was taken.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import type { Folder } from "../../host/tree/folder.ts";
import { treeSteps, walkTree } from "../../host/tree/walk.ts";
import { isSealed, seal, type TreePart } from "./manifest.ts";
import type { SnapshotRecord } from "../record.ts";
import { listSnapshots, openPart, type Snapshot, type Vault, writeRecord } from "../store.ts";

/** The parts of a snapshot that are trees, open. */
export function treeParts(vault: Vault, snapshot: Snapshot): TreePart[] {
  return (["content", "home"] as const).flatMap((name) => {
    const folder = openPart(vault, snapshot, name);
    return folder ? [{ name, folder }] : [];
  });
}

/** The last snapshot before this one that has checksums and may share files with it, open. */
export async function sealedBefore(
  vault: Vault,
  { name, record }: Snapshot,
): Promise<Folder | undefined> {
  if (record.strategy !== "hardlink") return undefined;
  const { all } = await listSnapshots(vault);
  for (const one of all.slice(0, all.findIndex((other) => other.name === name)).reverse()) {
    const folder = one.record.strategy === "hardlink" ? vault.versions.open(one.name) : undefined;
    if (folder && isSealed(folder)) return folder;
    folder?.[Symbol.dispose]();
  }
  return undefined;
}

/**
 * What was changed after a snapshot was complete, as its inode tells. A file of several names tells nothing: other snapshots give
 * it names and take them away, and anybody can have set its own time.
 */
export function changedLater(part: TreePart, { completeAt, strategy }: SnapshotRecord): string[] {
  const at = BigInt(completeAt) * 1_000_000n;
  const changed: string[] = [];
  for (const { entry, leaving } of treeSteps(part.folder.path)) {
    if (leaving || !entry.parent || entry.ctimeNs <= at) continue;
    if (entry.kind !== "folder" && entry.nlink > 1) continue;
    // It may have had several until a snapshot was removed just now.
    if (strategy === "hardlink" && entry.kind !== "folder" && entry.mtimeNs <= at) continue;
    changed.push(part.name === "home" ? `home: ${entry.path}` : entry.path);
  }
  return changed;
}

/**
 * Whether all of it is new, and looks as it did: it was copied since, as by a duplicate or from a backup. Then its inodes tell
 * nothing.
 */
export function wasCopied(parts: readonly TreePart[], { completeAt }: SnapshotRecord): boolean {
  const at = BigInt(completeAt) * 1_000_000n;
  for (const part of parts) {
    for (const { entry, leaving } of treeSteps(part.folder.path)) {
      if (leaving || !entry.parent) continue;
      if (entry.ctimeNs <= at || (entry.kind === "file" && entry.mtimeNs > at)) return false;
    }
  }
  return true;
}

/** A snapshot that was taken at once learns afterwards how much it holds. */
export async function count(
  folder: Folder,
  { record }: Snapshot,
  parts: readonly TreePart[],
): Promise<void> {
  if (record.files >= 0) return;
  await writeRecord(folder, { ...record, ...measure(parts) });
}

function measure(parts: readonly TreePart[]): { readonly files: number; readonly bytes: number } {
  let [files, bytes] = [0, 0];
  for (const part of parts) {
    const report = walkTree(part.folder.path, () => {});
    files += report.files;
    bytes += report.bytes;
  }
  return { files, bytes };
}

/** Gives checksums to all snapshots that have none; those that go away meanwhile are passed over. */
export async function sealAll(vault: Vault, maxBytes: number): Promise<number> {
  let sealed = 0;
  let earlier: Snapshot | undefined;
  for (const snapshot of (await listSnapshots(vault)).all) {
    if (snapshot.form !== "whole" || snapshot.record.strategy === "archive") continue;
    // Only these share files. Elsewhere the same number of an inode says nothing.
    const isLinked = snapshot.record.strategy === "hardlink";
    if (await sealOne(vault, snapshot, isLinked ? earlier : undefined, maxBytes)) sealed++;
    if (isLinked) earlier = snapshot;
  }
  return sealed;
}

/** Gives a snapshot its checksums, unless it has them, or has more than `maxBytes` to be read. */
export async function sealOne(
  vault: Vault,
  snapshot: Snapshot,
  earlier: Snapshot | undefined,
  maxBytes = Infinity,
): Promise<boolean> {
  using folder = vault.versions.open(snapshot.name);
  if (!folder || isSealed(folder)) return false;
  using before = earlier && vault.versions.open(earlier.name);
  const parts = treeParts(vault, snapshot);
  try {
    const { bytes } = snapshot.record.bytes < 0 ? measure(parts) : snapshot.record;
    if (bytes > maxBytes) return false;
    // What was changed already is not to be taken for what it was.
    if (parts.some((part) => changedLater(part, snapshot.record).length > 0)) return false;
    seal(folder, parts, before);
    await count(folder, snapshot, parts);
    return true;
  } catch (error) {
    if (error instanceof KanibakoError && vault.versions.info(snapshot.name) === undefined) return false;
    throw error;
  } finally {
    for (const part of parts) part.folder[Symbol.dispose]();
  }
}
