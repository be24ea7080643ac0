/**
 * Whether snapshots are what they were when they were taken.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import type { FolderHandle } from "../host/tree_handle.ts";
import { treeSteps, walkTree } from "../host/tree_walk.ts";
import {
  comparePaths,
  isSealed,
  linesOf,
  type ManifestLine,
  readManifest,
  seal,
  type TreePart,
} from "./manifest.ts";
import { archiveOf, listSnapshots, openPart, type Snapshot, type Vault, writeRecord } from "./store.ts";

/** What was found of one snapshot. */
export interface Verdict {
  readonly name: string;
  /** `sealed`: it had no checksums yet, is unchanged by its times, and has them now. `unknown`: it cannot be told. */
  readonly outcome: "whole" | "sealed" | "damaged" | "unknown";
  /** Paths whose content, permissions or kind changed. */
  readonly changed: readonly string[];
  readonly missing: readonly string[];
  readonly added: readonly string[];
  /** In words, where there is more to say. */
  readonly detail: string;
}

const NONE = { changed: [], missing: [], added: [], detail: "" } as const;

/** Looks at one snapshot. */
export async function verifySnapshot(vault: Vault, snapshot: Snapshot): Promise<Verdict> {
  const { name } = snapshot;
  try {
    const archive = archiveOf(vault, snapshot);
    if (archive) return await verifyArchive(name, archive, snapshot.form === "old-archive");
    if (snapshot.form !== "whole") {
      return {
        ...NONE,
        name,
        outcome: "unknown",
        detail: "it was made by an earlier version, without checksums",
      };
    }
    return await verifyTrees(vault, snapshot);
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    return { ...NONE, name, outcome: "damaged", detail: error.message };
  }
}

/** Its own list of checksums is its last member; reading it to its end compares all of it. */
async function verifyArchive(name: string, path: string, isOld: boolean): Promise<Verdict> {
  const { readArchive } = await import("../archive/read.ts");
  const { verified } = await readArchive(path, () => {});
  if (verified) return { ...NONE, name, outcome: "whole" };
  if (isOld) return { ...NONE, name, outcome: "unknown", detail: "it can be read, and has no checksums" };
  return { ...NONE, name, outcome: "damaged", detail: "its list of checksums is missing" };
}

async function verifyTrees(vault: Vault, snapshot: Snapshot): Promise<Verdict> {
  const { name } = snapshot;
  using folder = vault.versions.open(name)!;
  const parts = treeParts(vault, snapshot);
  try {
    if (!parts.some((part) => part.name === "content") && !snapshot.record.only) {
      return { ...NONE, name, outcome: "damaged", detail: "its content is missing" };
    }
    if (isSealed(folder)) {
      const found = compare(readManifest(folder), joined(parts));
      const bad = found.changed.length + found.missing.length + found.added.length > 0;
      return { ...found, name, detail: "", outcome: bad ? "damaged" : "whole" };
    }
    const changed = parts.flatMap((part) => changedLater(part, snapshot.record.completeAt));
    if (changed.length > 0) {
      return { ...NONE, name, outcome: "damaged", changed, detail: "changed after it was taken" };
    }
    seal(folder, parts);
    await count(folder, snapshot, parts);
    return { ...NONE, name, outcome: "sealed" };
  } finally {
    for (const part of parts) part.folder[Symbol.dispose]();
  }
}

/** The parts of a snapshot that are trees, open. */
export function treeParts(vault: Vault, snapshot: Snapshot): TreePart[] {
  return (["content", "home"] as const).flatMap((name) => {
    const folder = openPart(vault, snapshot, name);
    return folder ? [{ name, folder }] : [];
  });
}

function* joined(parts: readonly TreePart[]): Generator<ManifestLine, void> {
  for (const part of parts) yield* linesOf(part);
}

/** Two sorted lists in step. */
function compare(
  said: Generator<ManifestLine, void>,
  found: Generator<ManifestLine, void>,
): { changed: string[]; missing: string[]; added: string[] } {
  const result = { changed: [] as string[], missing: [] as string[], added: [] as string[] };
  try {
    let [one, other] = [said.next(), found.next()];
    while (!one.done || !other.done) {
      const order = one.done ? 1 : other.done ? -1 : compareLines(one.value, other.value);
      if (order < 0) result.missing.push(shown(one.value!));
      else if (order > 0) result.added.push(shown(other.value!));
      else if (!sameLine(one.value!, other.value!)) result.changed.push(shown(other.value!));
      if (order <= 0) one = said.next();
      if (order >= 0) other = found.next();
    }
    return result;
  } finally {
    said.return();
    found.return();
  }
}

function compareLines(a: ManifestLine, b: ManifestLine): number {
  if (a.part !== b.part) return a.part === "content" ? -1 : 1;
  return comparePaths(a.path, b.path);
}

function sameLine(a: ManifestLine, b: ManifestLine): boolean {
  return a.kind === b.kind && a.size === b.size && a.mode === b.mode && a.sha256 === b.sha256 &&
    a.target === b.target && (a.kind === "folder" || a.mtime === b.mtime);
}

function shown(line: ManifestLine): string {
  return line.part === "home" ? `home: ${line.path}` : line.path;
}

/**
 * What was changed after a time, as its inode tells. A file of several names tells nothing: later snapshots give it new ones, and
 * anybody can have set its own time.
 */
function changedLater(part: TreePart, atMs: number): string[] {
  const at = BigInt(atMs) * 1_000_000n;
  const changed: string[] = [];
  for (const { entry, leaving } of treeSteps(part.folder.path)) {
    if (leaving || !entry.parent || entry.ctimeNs <= at) continue;
    if (entry.kind !== "folder" && entry.nlink > 1) continue;
    changed.push(part.name === "home" ? `home: ${entry.path}` : entry.path);
  }
  return changed;
}

/** A snapshot that was taken at once learns afterwards how much it holds. */
async function count(folder: FolderHandle, { record }: Snapshot, parts: readonly TreePart[]): Promise<void> {
  if (record.files >= 0) return;
  const total = { files: 0, bytes: 0 };
  for (const part of parts) {
    const report = walkTree(part.folder.path, () => {});
    total.files += report.files;
    total.bytes += report.bytes;
  }
  await writeRecord(folder, { ...record, ...total });
}

/** Gives checksums to all snapshots that have none; those that go away meanwhile are passed over. */
export async function sealAll(vault: Vault, maxBytes: number): Promise<number> {
  let sealed = 0;
  let earlier: Snapshot | undefined;
  for (const snapshot of (await listSnapshots(vault)).all) {
    if (snapshot.form !== "whole" || snapshot.record.strategy === "archive") continue;
    if (snapshot.record.bytes <= maxBytes && await sealOne(vault, snapshot, earlier)) sealed++;
    earlier = snapshot;
  }
  return sealed;
}

/** Gives a snapshot its checksums, unless it has them. */
export async function sealOne(
  vault: Vault,
  snapshot: Snapshot,
  earlier: Snapshot | undefined,
): Promise<boolean> {
  using folder = vault.versions.open(snapshot.name);
  if (!folder || isSealed(folder)) return false;
  using before = earlier && vault.versions.open(earlier.name);
  const parts = treeParts(vault, snapshot);
  try {
    // What was changed already is not to be taken for what it was.
    if (parts.some((part) => changedLater(part, snapshot.record.completeAt).length > 0)) return false;
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
