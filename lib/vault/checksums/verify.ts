/**
 * Whether snapshots are what they were when they were taken.
 *
 * @module
 */

import { OWN_LIMITS } from "../../archive/limits.ts";
import { KanibakoError } from "../../host/error.ts";
import {
  comparePaths,
  isSealed,
  linesOf,
  type ManifestLine,
  readManifest,
  seal,
  type TreePart,
} from "./manifest.ts";
import { changedLater, count, sealedBefore, treeParts, wasCopied } from "./seal.ts";
import { archiveOf, type Snapshot, type Vault } from "../store.ts";

/** What was found of one snapshot. */
export interface Verdict {
  readonly name: string;
  /** `sealed`: it had no checksums yet, is unchanged by its times, and has them now. `unknown`: it cannot be checked. */
  readonly outcome: "whole" | "sealed" | "damaged" | "unknown";
  /** Paths whose content, permissions or kind changed. */
  readonly changed: readonly string[];
  readonly missing: readonly string[];
  readonly added: readonly string[];
  /** In words, where there is more to say. */
  readonly detail: string;
}

const BROUGHT_SUMS = "according to the checksums that came with it";
const NONE = { changed: [], missing: [], added: [], detail: "" } as const;

/** Looks at one snapshot. */
export async function verifySnapshot(vault: Vault, snapshot: Snapshot): Promise<Verdict> {
  const { name } = snapshot;
  try {
    const archive = archiveOf(vault, snapshot);
    if (archive) return await verifyArchive(snapshot, archive);
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
    const isDenied = error.code === "no-permission" || error.code === "needs-engine";
    return { ...NONE, name, outcome: isDenied ? "unknown" : "damaged", detail: error.message };
  }
}

/** Its own list of checksums is its last member; reading it to its end compares all of it. */
async function verifyArchive({ name, form, brought }: Snapshot, path: string): Promise<Verdict> {
  const { readArchive } = await import("../../archive/read.ts");
  const { verified } = await readArchive(path, () => {}, brought ? {} : { limits: OWN_LIMITS });
  if (verified) return { ...NONE, name, outcome: "whole", detail: brought ? BROUGHT_SUMS : "" };
  if (form === "old-archive") {
    return { ...NONE, name, outcome: "unknown", detail: "it is readable, but has no checksums" };
  }
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
      if (isBad(found)) return { ...found, name, detail: "", outcome: "damaged" };
      return { ...NONE, name, outcome: "whole", detail: snapshot.brought ? BROUGHT_SUMS : "" };
    }
    const changed = parts.flatMap((part) => changedLater(part, snapshot.record));
    if (changed.length > 0 && wasCopied(parts, snapshot.record)) {
      return { ...NONE, name, outcome: "unknown", detail: "it was copied before it had checksums" };
    }
    if (changed.length > 0) {
      return { ...NONE, name, outcome: "damaged", changed, detail: "changed after it was taken" };
    }
    // That it is unchanged since it came here would say nothing.
    if (snapshot.brought) {
      return { ...NONE, name, outcome: "unknown", detail: "it was brought along, without checksums" };
    }
    using earlier = await sealedBefore(vault, snapshot);
    try {
      seal(folder, parts, earlier);
      await count(folder, snapshot, parts);
    } catch (error) {
      if (!isUnwritable(error)) throw error;
      return { ...NONE, name, outcome: "unknown", detail: "its checksums cannot be stored here" };
    }
    if (!earlier) return { ...NONE, name, outcome: "sealed" };
    // What is an earlier snapshot's file has the checksum it had there: whether it still is that file shows now.
    const found = compare(readManifest(folder), joined(parts));
    return { ...found, name, detail: "", outcome: isBad(found) ? "damaged" : "sealed" };
  } finally {
    for (const part of parts) part.folder[Symbol.dispose]();
  }
}

/** Whether it failed because nothing can be written there. */
function isUnwritable(error: unknown): boolean {
  return error instanceof Deno.errors.PermissionDenied ||
    error instanceof Error && /os error 30/.test(error.message);
}

function isBad({ changed, missing, added }: ReturnType<typeof compare>): boolean {
  return changed.length + missing.length + added.length > 0;
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
