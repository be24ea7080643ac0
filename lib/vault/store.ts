/**
 * The snapshots of one vault: `.versions` beside the folder the box writes, a folder for each snapshot.
 *
 * A snapshot is made under a name of its own and renamed when it is whole; one that goes is renamed first. So what has a
 * proper name is always whole, and what a killed process left is known by its name and swept by the next one.
 *
 * In some layouts all of this lies in the workspace, where a clone or a box of old may have put anything: everything is reached
 * by handle, and no link is followed.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { FileLock, readJson, writeJson } from "../host/store.ts";
import { nearest, shellQuote } from "../host/ui/text.ts";
import { type Folder } from "../host/tree/folder.ts";
import { qualifiedName } from "../project/project.ts";
import { finishBoth, isHalfDone } from "./restore/vault_and_home.ts";
import { clear, sweepSums } from "./prune/discard.ts";
import { timeOfName } from "./names.ts";
import { Origin, withMark } from "./origin.ts";
import { type PartName, recordSchema, type SnapshotRecord } from "./record.ts";
import { putBack } from "./restore/swap.ts";
import { openHomeParent, readLock, type Vault, VERSIONS } from "./open.ts";

export { type Access, openHomeParent, openVault, type Vault } from "./open.ts";
export { discard } from "./prune/discard.ts";

const RECORD = "snapshot.json";
const MAX_RECORD_BYTES = 16 * 2 ** 20;
const OLD_ARCHIVE = /\.tar(\.xz|\.zst)?$/;

/** A snapshot that is there. */
export interface Snapshot {
  readonly name: string;
  readonly record: SnapshotRecord;
  /** `old`: as earlier programs made them, the content alone. */
  readonly form: "whole" | "old-folder" | "old-archive";
  /** It was not taken here: a clone brought it, an archive, or an earlier program. Nothing in it is to be believed. */
  readonly brought?: boolean | undefined;
}

/** What is in a vault. */
export interface Snapshots {
  /** All that were taken here, the oldest first. Nothing else is ever chosen, linked to or thinned without being named. */
  readonly all: readonly Snapshot[];
  /** Those that came from elsewhere, the oldest first. */
  readonly brought: readonly Snapshot[];
  /** Names of what should be a snapshot and is not. */
  readonly damaged: readonly string[];
  /** Names of what could not be looked at just now. */
  readonly unreadable: readonly string[];
}

/** All snapshots. */
export async function listSnapshots(vault: Vault): Promise<Snapshots> {
  const found: Snapshot[] = [];
  const damaged: string[] = [];
  const unreadable: string[] = [];
  const origin = new Origin(vault.host);
  for (const { name, isDirectory, isFile } of vault.existing ? Deno.readDirSync(vault.existing.path) : []) {
    if (name.startsWith(".")) continue;
    if (isFile && OLD_ARCHIVE.test(name)) {
      found.push({ name, form: "old-archive", brought: true, record: oldRecord(vault, name, "archive") });
    } else if (isDirectory) {
      try {
        const snapshot = await readSnapshot(vault, name, origin);
        if (snapshot) found.push(snapshot);
        else damaged.push(name);
      } catch (error) {
        (isNonsense(error) ? damaged : unreadable).push(name);
      }
    }
  }
  found.sort((a, b) => a.record.takenAt - b.record.takenAt || (a.name < b.name ? -1 : 1));
  return {
    all: found.filter(({ brought }) => !brought),
    brought: found.filter(({ brought }) => brought),
    damaged: damaged.sort(),
    unreadable: unreadable.sort(),
  };
}

/** What a command needs that is to be about this vault, wherever it is called. */
export function ofProject({ project }: Pick<Vault, "project">): string {
  return ` --project ${shellQuote(qualifiedName(project))}`;
}

/** All names that are taken, by whatever. */
export function namesOf({ all, brought, damaged, unreadable }: Snapshots): ReadonlySet<string> {
  return new Set([...[...all, ...brought].map(({ name }) => name), ...damaged, ...unreadable]);
}

/** Whether a file was read, and is no record. Whatever else kept us from reading it may be over tomorrow. */
function isNonsense(error: unknown): boolean {
  return error instanceof KanibakoError &&
    (error.code === "bad-file" || error.code === "unsafe-tree" || error.cause instanceof SyntaxError);
}

async function readSnapshot(vault: Vault, name: string, origin: Origin): Promise<Snapshot | undefined> {
  using folder = vault.versions.open(name);
  const info = folder?.info(RECORD);
  if (folder && info?.kind === "file" && info.size <= MAX_RECORD_BYTES) {
    const record = await readJson(`${folder.path}/${RECORD}`, recordSchema);
    return record && { name, form: "whole", record, brought: !await origin.isHere(record) };
  }
  if (timeOfName(name) === undefined || !folder || lostItsRecord(folder)) return undefined;
  return { name, form: "old-folder", brought: true, record: oldRecord(vault, name, "copy") };
}

/** Earlier programs made the content alone. What has the parts of one of ours is one of ours, without its record. */
function lostItsRecord(folder: Folder): boolean {
  const parts = /^(content|home|content\.tar\.(zst|xz)|manifest\.jsonl.*|snapshot\.json.*)$/;
  const names = [...Deno.readDirSync(folder.path)].map(({ name }) => name);
  return names.some((name) => name.startsWith("content")) && names.every((name) => parts.test(name));
}

function oldRecord(vault: Vault, name: string, strategy: "archive" | "copy"): SnapshotRecord {
  const info = vault.versions.info(name);
  const changed = Number((info?.mtimeNs ?? 0n) / 1_000_000n);
  const bytes = strategy === "archive" ? info?.size ?? -1 : -1;
  return {
    format: 0,
    id: name,
    note: "",
    takenAt: timeOfName(name) ?? changed,
    completeAt: changed,
    auto: true,
    strategy,
    files: -1,
    bytes: -1,
    ownBytes: bytes,
    skipped: 0,
    home: false,
  };
}

/** The snapshot of that name. Throws `unknown-snapshot` with the nearest one. */
export async function findSnapshot(vault: Vault, name: string): Promise<Snapshot> {
  const { all, brought, damaged, unreadable } = await listSnapshots(vault);
  const either = [...all, ...brought];
  const found = either.find((one) => one.name === name);
  if (found) return found;
  if (unreadable.includes(name)) {
    throw new KanibakoError("cannot-read", `Cannot read the record of the snapshot ${shellQuote(name)}.`, {
      hint: `Check the permissions of ${shellQuote(`${vault.base.shown}/${VERSIONS}/${name}`)}.`,
    });
  }
  if (damaged.includes(name)) {
    throw new KanibakoError(
      "damaged-snapshot",
      `The snapshot ${shellQuote(name)} is damaged: its record is missing or cannot be read.`,
      { hint: damagedHints(vault, name) },
    );
  }
  const meant = nearest(name, either.map((one) => one.name));
  throw new KanibakoError(
    "unknown-snapshot",
    `There is no snapshot ${shellQuote(name)} of ${vault.project.name}.`,
    {
      hint: [
        ...(meant === undefined ? [] : [`Did you mean ${shellQuote(meant)}?`]),
        `To list snapshots: kanibako box vault list ${shellQuote(qualifiedName(vault.project))}`,
      ],
    },
  );
}

/** What can be done about a snapshot that is damaged. */
function damagedHints(vault: Vault, name: string): string[] {
  return [
    `Its remains: ${shellQuote(`${vault.versions.shown}/${name}`)}`,
    `To remove it: kanibako box vault prune ${shellQuote(qualifiedName(vault.project))} --damaged`,
  ];
}

/** A part of a snapshot that is a folder of files; `undefined` when it is an archive, or there is no such part. */
export function openPart(vault: Vault, snapshot: Snapshot, part: PartName): Folder | undefined {
  if (snapshot.form === "old-archive" || snapshot.record.strategy === "archive") return undefined;
  if (snapshot.form === "old-folder") {
    return part === "content" ? vault.versions.open(snapshot.name) : undefined;
  }
  return vault.versions.openPath(`${snapshot.name}/${part}`);
}

/** The file of a snapshot that is an archive, as a path that leads to it while the vault is open. */
export function archiveOf(vault: Vault, snapshot: Snapshot): string | undefined {
  if (snapshot.form === "old-archive") return `${vault.versions.path}/${snapshot.name}`;
  if (snapshot.record.strategy !== "archive") return undefined;
  using folder = vault.versions.open(snapshot.name);
  const name = ["content.tar.zst", "content.tar.xz"].find((one) => folder?.info(one)?.kind === "file");
  if (name) return `${vault.versions.path}/${snapshot.name}/${name}`;
  throw new KanibakoError(
    "damaged-snapshot",
    `The snapshot ${shellQuote(snapshot.name)} is damaged: its archive is missing.`,
    { hint: damagedHints(vault, snapshot.name) },
  );
}

/**
 * A new folder in `.versions` that the next call sweeps unless it was given a name by then. `forReading`: for as long as this
 * call reads.
 */
export function makeDraft(
  vault: Vault,
  forReading = false,
): { readonly name: string; readonly folder: Folder } {
  const name = `${forReading ? ".read" : ".new"}-${crypto.randomUUID()}`;
  vault.versions.make(name, 0o700);
  return { name, folder: vault.versions.open(name)! };
}

/** Writes down what a snapshot is. */
export async function writeRecord(folder: Folder, record: SnapshotRecord): Promise<void> {
  await writeJson(`${folder.path}/${RECORD}`, record);
}

/** Makes a draft a snapshot, taken here. False when the name is taken. After an error nothing of it is left. */
export async function publish(
  vault: Vault,
  draft: { readonly name: string; readonly folder: Folder },
  name: string,
  record: SnapshotRecord,
): Promise<boolean> {
  try {
    await writeRecord(draft.folder, await withMark(vault.host, record));
    return vault.versions.moveNew(draft.name, vault.versions, name);
  } catch (error) {
    await clear(vault, vault.versions, [draft.name]);
    throw error;
  }
}

/** Removes a snapshot. False: somebody reads, so its room stays taken until a later call frees it. */
export async function removeSnapshot(vault: Vault, name: string): Promise<boolean> {
  const gone = `.gone-${crypto.randomUUID()}`;
  vault.versions.move(name, vault.versions, gone);
  using alone = await FileLock.tryAcquire(readLock(vault.project));
  if (alone) await clear(vault, vault.versions, [gone]);
  return alone !== undefined;
}

/** Puts back what a killed call had set aside, and removes what it left. What cannot be removed is reported, and passed over. */
export async function sweepVault(vault: Vault): Promise<void> {
  putBack(vault.host.ui, vault.base, vault.live);
  await finishHome(vault);
  const left = [...vault.existing ? Deno.readDirSync(vault.existing.path) : []].map(({ name }) => name);
  await clear(vault, vault.versions, left.filter((name) => name.startsWith(".new-")));
  const readable = left.filter((name) => /^\.(gone|read)-/.test(name));
  if (readable.length > 0) {
    using alone = await FileLock.tryAcquire(readLock(vault.project));
    if (alone) await clear(vault, vault.versions, readable);
  }
  for (const name of left) if (!name.startsWith(".")) sweepSums(vault.versions, name);
  using parent = openHomeParent(vault.project);
  if (parent) {
    putBack(vault.host.ui, parent, vault.project.home.slice(vault.project.home.lastIndexOf("/") + 1));
    await sweepDrafts(vault, parent);
  }
  using live = vault.base.open(vault.live);
  if (live && vault.existing && isApart(live, vault.existing)) await sweepDrafts(vault, live);
}

/** A restore that was killed when it had replaced the vault, and not the home yet. */
async function finishHome({ project, base, live }: Vault): Promise<void> {
  if (!await isHalfDone(project.state)) return;
  using parent = openHomeParent(project);
  const name = project.home.slice(project.home.lastIndexOf("/") + 1);
  if (parent) await finishBoth(project.state, { into: base, name: live }, { into: parent, name });
}

/** Whether nothing can be renamed from one to the other: to the kernel a mount and a subvolume each are a file system. */
export function isApart(one: Folder, other: Folder): boolean {
  return one.self().dev !== other.self().dev || one.mount() !== other.mount();
}

/** What a killed restore left beside the box's home, or in a live folder that is a file system of its own. */
async function sweepDrafts(vault: Vault, folder: Folder): Promise<void> {
  const left = [...Deno.readDirSync(folder.path)].filter(({ name }) => name.startsWith(RESTORE_DRAFT));
  await clear(vault, folder, left.map(({ name }) => name));
}

/** How a folder begins that is made where what it holds will be. */
export const RESTORE_DRAFT = ".kanibako-restoring-";
