/**
 * Taking a snapshot: whole or not at all.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { isEmptyFolder } from "../../host/tree/entry.ts";
import type { Folder } from "../../host/tree/folder.ts";
import { type Known, readKnown, writeKnown } from "./known_entries.ts";
import type { Made, Now } from "../strategy/make.ts";
import { checkSnapshotName, timeName } from "../names.ts";
import { strategies } from "../strategy/probe.ts";
import type { StrategyName } from "../record.ts";
import type { SnapshotRequest, SnapshotResult } from "./request.ts";
import { withoutSecrets } from "../secrets.ts";
import {
  discard,
  listSnapshots,
  namesOf,
  openHomeParent,
  openPart,
  publish,
  type Snapshot,
  sweepVault,
  type Vault,
} from "../store.ts";
import { CLOCK_STEP_MS, isAsKnown, isUnchanged, type LivePart, type Survey, survey } from "./survey.ts";
import { pause } from "../../host/timer.ts";

export type { SnapshotRequest, SnapshotResult } from "./request.ts";

/** Takes a snapshot of the live folder, and of the home where that is set. */
export async function takeSnapshot(vault: Vault, request: SnapshotRequest): Promise<SnapshotResult> {
  if (request.name !== undefined) checkSnapshotName(request.name);
  await sweepVault(vault);
  const snapshots = await listSnapshots(vault);
  const { all } = snapshots;
  const taken = namesOf(snapshots);
  if (request.name !== undefined && taken.has(request.name)) throw nameTaken(request.name);
  using home = request.settings.includeHome.value ? openHome(vault) : undefined;
  // A home is worth a snapshot without a vault, too.
  if (home) vault.base.make(vault.live, 0o700);
  using live = vault.base.open(vault.live);
  if (!live) return { kind: "empty" };
  const parts = liveParts(live, home);
  const ways = await waysFor(vault, live, request);
  if (ways[0] === "btrfs" && !home) {
    return await takeAtOnce(vault, request, { parts, live, all, taken, ways });
  }
  const remembered = await readKnown(vault.project.state);
  const last = all.find(({ record }) => record.id === remembered?.snapshot);
  const known = last && last.record.home === (home !== undefined) ? remembered : undefined;
  const cleanSinceMs = request.auto ? undefined : await writeOut(parts);
  let found: Survey | undefined;
  if (ways[0] === "reflink") {
    // To share blocks takes little more than to look: that is done on the way, unless it may be that nothing changed.
    if (parts.every(({ folder }) => isEmptyFolder(folder.path))) return { kind: "empty" };
    if (request.ifChanged && last && known && isAsKnown(parts, known)) {
      return { kind: "unchanged", snapshot: last };
    }
  } else {
    found = await survey(parts, known, cleanSinceMs);
    if (found.isEmpty) return { kind: "empty" };
    if (request.ifChanged && last && isUnchanged(found, known)) return { kind: "unchanged", snapshot: last };
  }
  const { makeContent } = await import("../strategy/make.ts");
  const made = await makeContent(vault, request, { parts, live, known, last, found, cleanSinceMs, ways });
  const snapshot = await publishAs(vault, made, request.name, taken);
  // In memory, mapped pages are never written out.
  const isSure = made.seen && (request.auto || !parts.some(({ folder }) => folder.isInMemory()));
  await writeKnown(vault.project.state, isSure ? { ...made.seen, snapshot: made.record.id } : undefined);
  return { kind: "taken", snapshot, leftOut: made.leftOut };
}

/**
 * A box may be at work, and write to mapped pages: that shows only once these were written to the disk. Answers since when all
 * was, in milliseconds since 1970.
 */
async function writeOut(parts: readonly LivePart[]): Promise<number> {
  // What was changed before this was called is to be older than that, by the clock of the file system.
  await pause(CLOCK_STEP_MS + 1);
  const now = Date.now();
  for (const { folder } of parts) folder.sync();
  return now;
}

/** The strategies to try, in this order. */
async function waysFor(
  vault: Vault,
  live: Folder,
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
  now: Pick<Now, "parts" | "live" | "ways"> & {
    readonly all: readonly Snapshot[];
    readonly taken: ReadonlySet<string>;
  },
): Promise<SnapshotResult> {
  if (isEmptyFolder(now.live.path)) return { kind: "empty" };
  const last = now.all.findLast(({ record }) => !record.only && record.strategy !== "copy");
  const state = vault.project.state;
  let found: Survey | undefined;
  if (request.ifChanged && last) {
    const remembered = await readKnown(state);
    const known = remembered?.snapshot === last.record.id ? remembered : await knownOf(vault, last);
    found = await survey(now.parts, known);
    if (isUnchanged(found, known)) {
      if (known !== remembered && request.auto) {
        await writeKnown(state, { ...found, snapshot: last.record.id });
      }
      return { kind: "unchanged", snapshot: last };
    }
  }
  const { makeContent } = await import("../strategy/make.ts");
  const made = await makeContent(vault, request, { ...now, known: undefined, last: undefined, found });
  const snapshot = await publishAs(vault, made, request.name, now.taken);
  const seen = request.auto ? made.seen : undefined;
  await writeKnown(state, seen && { ...seen, snapshot: made.record.id });
  return { kind: "taken", snapshot, leftOut: made.leftOut };
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

/** Gives a finished draft its name: the one asked for, or its time, with a number where two were taken in a second. */
export async function publishAs(
  vault: Vault,
  made: Pick<Made, "name" | "folder" | "record">,
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
  return new KanibakoError("name-taken", `There is already a snapshot ${shellQuote(name)}.`, {
    hint: "Use another name, or none to name it after its time.",
  });
}

/** What a snapshot takes. */
export function liveParts(live: Folder, home: Folder | undefined): LivePart[] {
  return [
    { name: "content", folder: live },
    ...(home ? [{ name: "home" as const, folder: home, exclude: withoutSecrets() }] : []),
  ];
}

/** The box's home, if there is one. */
export function openHome(vault: Vault): Folder | undefined {
  using parent = openHomeParent(vault.project);
  return parent?.open(homeName(vault.project));
}

/** The home's name in its folder. */
export function homeName({ home }: { readonly home: string }): string {
  return home.slice(home.lastIndexOf("/") + 1);
}
