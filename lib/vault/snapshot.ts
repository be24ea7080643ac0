/**
 * Taking a snapshot: whole or not at all.
 *
 * @module
 */

import type { VaultSettings } from "../config/settings.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/text.ts";
import { isEmptyFolder } from "../host/tree_entry.ts";
import type { FolderHandle } from "../host/tree_handle.ts";
import {
  CLOCK_STEP_MS,
  EntryHasher,
  isUnchanged,
  type Known,
  type LivePart,
  readKnown,
  type Survey,
  survey,
  writeKnown,
} from "./known.ts";
import { seal } from "./manifest.ts";
import { checkSnapshotName, timeName } from "./names.ts";
import { strategies } from "./probe.ts";
import type { SnapshotRecord, StrategyName } from "./record.ts";
import { withoutSecrets } from "./secrets.ts";
import {
  discard,
  listSnapshots,
  makeDraft,
  openHomeParent,
  openPart,
  publish,
  type Snapshot,
  sweepVault,
  type Vault,
} from "./store.ts";
import { strategyNamed, type Take, type Taken } from "./strategy.ts";

/** What kind of snapshot is wanted. */
export interface SnapshotRequest {
  readonly name?: string | undefined;
  readonly note?: string | undefined;
  /** Nobody asked for it: it may be thinned out. */
  readonly auto: boolean;
  /** Only when something changed since the last one. */
  readonly ifChanged: boolean;
  readonly settings: VaultSettings;
  /** Called when it is clear that a snapshot will be taken, with what there is to take. */
  readonly onBegin?:
    | ((what: { readonly files: number; readonly bytes: number; readonly strategy: StrategyName }) => void)
    | undefined;
  readonly onProgress?: Take["onProgress"];
}

/** What became of it. */
export type SnapshotResult =
  | { readonly kind: "taken"; readonly snapshot: Snapshot }
  /** Everything is as in that snapshot. */
  | { readonly kind: "unchanged"; readonly snapshot: Snapshot }
  /** There is nothing to take. */
  | { readonly kind: "empty" };

/** Takes a snapshot of the live folder, and of the home where that is set. */
export async function takeSnapshot(vault: Vault, request: SnapshotRequest): Promise<SnapshotResult> {
  if (request.name !== undefined) checkSnapshotName(request.name);
  await sweepVault(vault);
  const { all, damaged } = await listSnapshots(vault);
  const taken = new Set([...all.map(({ name }) => name), ...damaged]);
  if (request.name !== undefined && taken.has(request.name)) throw nameTaken(request.name);
  using live = vault.base.open(vault.live);
  if (!live) return { kind: "empty" };
  using home = request.settings.includeHome.value ? openHome(vault) : undefined;
  const parts = liveParts(live, home);
  const ways = await waysFor(vault, live, request);
  if (ways[0] === "btrfs" && !home) {
    return await takeAtOnce(vault, request, { parts, live, all, taken, ways });
  }
  const remembered = await readKnown(vault.project.state);
  const last = all.find(({ record }) => record.id === remembered?.snapshot);
  const known = last && last.record.home === (home !== undefined) ? remembered : undefined;
  const found = await survey(parts, known);
  if (found.isEmpty) return { kind: "empty" };
  if (request.ifChanged && last && isUnchanged(found, known)) return { kind: "unchanged", snapshot: last };
  const made = await make(vault, request, { parts, live, known, last, found, ways });
  const snapshot = await publishAs(vault, made, request.name, taken);
  await writeKnown(vault.project.state, found.settled ? { ...found, snapshot: made.record.id } : undefined);
  return { kind: "taken", snapshot };
}

/** The strategies to try, in this order. */
async function waysFor(
  vault: Vault,
  live: FolderHandle,
  { settings }: SnapshotRequest,
): Promise<readonly StrategyName[]> {
  const asked = settings.strategy.value;
  return asked === "auto" ? await strategies(vault, live) : [asked];
}

/**
 * A snapshot of a subvolume does not wait for a look at each file. Its inodes are those of the live folder, so whether something
 * changed since is seen by comparing the two.
 */
async function takeAtOnce(
  vault: Vault,
  request: SnapshotRequest,
  now: {
    readonly parts: readonly LivePart[];
    readonly live: FolderHandle;
    readonly all: readonly Snapshot[];
    readonly taken: ReadonlySet<string>;
    readonly ways: readonly StrategyName[];
  },
): Promise<SnapshotResult> {
  if (isEmptyFolder(now.live.path)) return { kind: "empty" };
  const last = now.all.findLast(({ record }) => !record.only);
  const state = vault.project.state;
  let found: Survey | undefined;
  if (request.ifChanged && last) {
    const remembered = await readKnown(state);
    const known = remembered?.snapshot === last.record.id ? remembered : await knownOf(vault, last);
    found = await survey(now.parts, known);
    if (isUnchanged(found, known)) {
      if (known !== remembered && found.settled) {
        await writeKnown(state, { ...found, snapshot: last.record.id });
      }
      return { kind: "unchanged", snapshot: last };
    }
  }
  const counted = found ?? { files: -1, bytes: -1 };
  const made = await make(vault, request, { ...now, known: undefined, last: undefined, found: counted });
  const snapshot = await publishAs(vault, made, request.name, now.taken);
  await writeKnown(state, found?.settled ? { ...found, snapshot: made.record.id } : undefined);
  return { kind: "taken", snapshot };
}

/** What was there when a snapshot of a subvolume was taken: it is all there, inode for inode. */
async function knownOf(vault: Vault, snapshot: Snapshot): Promise<Known | undefined> {
  const { record } = snapshot;
  if (record.strategy !== "btrfs" || record.home) return undefined;
  using folder = openPart(vault, snapshot, "content");
  if (!folder) return undefined;
  const before = await survey([{ name: "content", folder }], undefined);
  // What was changed in the very step of the clock could have been changed again right after.
  const isSure = before.newestNs < BigInt(record.takenAt - CLOCK_STEP_MS) * 1_000_000n;
  return isSure ? { ...before, snapshot: record.id } : undefined;
}

interface Made {
  readonly name: string;
  readonly folder: FolderHandle;
  readonly record: SnapshotRecord;
}

/** Makes the content, falling back to the next best where a file system turns out not to be able. */
async function make(
  vault: Vault,
  request: SnapshotRequest,
  now: {
    readonly parts: readonly LivePart[];
    readonly live: FolderHandle;
    readonly known: Known | undefined;
    readonly last: Snapshot | undefined;
    readonly found: Pick<Survey, "files" | "bytes">;
    readonly ways: readonly StrategyName[];
  },
): Promise<Made> {
  const { settings } = request;
  const hasher = now.known && new EntryHasher(now.known.key);
  const takenAt = Date.now();
  for (const [at, name] of now.ways.entries()) {
    const draft = makeDraft(vault);
    try {
      request.onBegin?.({ files: now.found.files, bytes: now.found.bytes, strategy: name });
      const strategy = await strategyNamed(name);
      const taken = await strategy.take({
        parts: now.parts,
        into: draft.folder,
        earlier: (part) => now.known && now.last && openPart(vault, now.last, part),
        isSame: (part, entry) => {
          const hash = hasher?.of(part, entry);
          return hash !== undefined && now.known!.entries.has(hash.low, hash.high);
        },
        compression: settings.compression.value,
        onProgress: request.onProgress,
      });
      if (name === "hardlink" && !request.auto) sealCopy(vault, draft.folder, now);
      return { ...draft, record: recordOf(request, name, now, taken, takenAt) };
    } catch (error) {
      draft.folder[Symbol.dispose]();
      await discard(vault.versions, draft.name);
      const unable = error instanceof KanibakoError && /^no-(btrfs|reflink|hardlink)$/.test(error.code);
      if (!unable || at === now.ways.length - 1) throw error;
      await strategies(vault, now.live, true);
    }
  }
  throw new Error("no strategy was left");
}

/** Gives its checksums to what was copied just now, and so is in memory still. Nobody but a person waits for this. */
function sealCopy(
  vault: Vault,
  folder: FolderHandle,
  now: { readonly parts: readonly LivePart[]; readonly last: Snapshot | undefined },
): void {
  const parts = now.parts.map(({ name }) => ({ name, folder: folder.open(name)! }));
  using earlier = now.last && vault.versions.open(now.last.name);
  try {
    seal(folder, parts, earlier);
  } finally {
    for (const part of parts) part.folder[Symbol.dispose]();
  }
}

function recordOf(
  request: SnapshotRequest,
  strategy: StrategyName,
  { parts, found }: { readonly parts: readonly LivePart[]; readonly found: { files: number; bytes: number } },
  taken: Taken,
  takenAt: number,
): SnapshotRecord {
  return {
    format: 1,
    id: crypto.randomUUID(),
    note: request.note ?? "",
    takenAt,
    completeAt: Date.now() + 1,
    auto: request.auto,
    strategy,
    files: taken.files < 0 ? found.files : taken.files,
    bytes: taken.bytes < 0 ? found.bytes : taken.bytes,
    ownBytes: taken.ownBytes,
    skipped: taken.skipped,
    home: parts.some(({ name }) => name === "home"),
  };
}

/** Gives a finished draft its name: the one asked for, or its time, with a number where two were taken in a second. */
export async function publishAs(
  vault: Vault,
  made: Made,
  wanted: string | undefined,
  taken: ReadonlySet<string>,
): Promise<Snapshot> {
  using _folder = made.folder;
  const base = wanted ?? timeName(made.record.takenAt);
  for (let number = 1;; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(name) && await publish(vault, made, name, made.record)) {
      return { name, form: "whole", record: made.record };
    }
    if (wanted !== undefined) {
      await discard(vault.versions, made.name);
      throw nameTaken(wanted);
    }
  }
}

function nameTaken(name: string): KanibakoError {
  return new KanibakoError("name-taken", `There is a snapshot ${shellQuote(name)} already.`, {
    hint: "Choose another name, or none: it is then named after its time.",
  });
}

/** What a snapshot takes. */
export function liveParts(live: FolderHandle, home: FolderHandle | undefined): LivePart[] {
  return [
    { name: "content", folder: live },
    ...(home ? [{ name: "home" as const, folder: home, exclude: withoutSecrets() }] : []),
  ];
}

/** The box's home, if there is one. */
export function openHome(vault: Vault): FolderHandle | undefined {
  using parent = openHomeParent(vault.project);
  return parent?.open(homeName(vault.project));
}

/** The home's name in its folder. */
export function homeName({ home }: { readonly home: string }): string {
  return home.slice(home.lastIndexOf("/") + 1);
}
