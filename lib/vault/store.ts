/**
 * The snapshots of one vault: `.versions` beside the folder the box writes, a folder for each snapshot.
 *
 * A snapshot is made under a name of its own and renamed when it is whole; one that goes is renamed first. So what has a
 * proper name is always whole, and what a killed process left is told by its name and swept by the next one.
 *
 * In some layouts all of this lies in the workspace, where a clone or a box of old may have put anything: everything is reached
 * by handle, and no link is followed.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { FileLock, readJson, writeJson } from "../host/store.ts";
import { nearest, shellQuote } from "../host/text.ts";
import { type FolderHandle, openFolder } from "../host/tree_handle.ts";
import { isWithin } from "../project/layout.ts";
import type { Project } from "../project/project.ts";
import { timeOfName } from "./names.ts";
import { type PartName, recordSchema, type SnapshotRecord } from "./record.ts";

/** The folder of the snapshots, beside the live one. */
const VERSIONS = ".versions";
const RECORD = "snapshot.json";
const MAX_RECORD_BYTES = 16 * 2 ** 20;
const OLD_ARCHIVE = /\.tar(\.xz|\.zst)?$/;

/** An open vault, locked against other calls. */
export interface Vault extends Disposable {
  readonly host: Host;
  readonly project: Project;
  /** The folder that holds the live one and the snapshots. */
  readonly base: FolderHandle;
  /** The live folder's name in it. */
  readonly live: string;
  /** The folder of the snapshots. */
  readonly versions: FolderHandle;
}

/** A snapshot that is there. */
export interface Snapshot {
  readonly name: string;
  readonly record: SnapshotRecord;
  /** `old`: as earlier programs made them, the content alone. */
  readonly form: "whole" | "old-folder" | "old-archive";
}

/** What is in a vault. */
export interface Snapshots {
  /** The oldest first. */
  readonly all: readonly Snapshot[];
  /** Names of what should be a snapshot and is not. */
  readonly damaged: readonly string[];
}

/**
 * Opens a project's vault and waits until no other call changes it; `readOnly`: does not, and changes nothing. Throws `no-vault`,
 * `unsafe-tree`.
 */
export async function openVault(host: Host, project: Project, readOnly = false): Promise<Vault> {
  if (!project.vault) {
    throw new KanibakoError(
      "no-vault",
      `The vault is disabled for the project ${shellQuote(project.name)}.`,
      {
        hint: "It is decided when a project is created: kanibako create [--no-vault]",
      },
    );
  }
  const path = project.vault.readWrite;
  const slash = path.lastIndexOf("/");
  const base = openBase(project, path.slice(0, slash));
  if (!base) {
    throw new KanibakoError("no-vault", `The project ${shellQuote(project.name)} has no vault folder yet.`, {
      hint: `It is made when the box is started: kanibako start ${shellQuote(project.name)}`,
    });
  }
  let lock: FileLock | undefined;
  try {
    lock = readOnly ? undefined : await FileLock.acquire(`${project.state}/vault.lock`);
    base.make(VERSIONS, 0o700);
    const versions = base.open(VERSIONS)!;
    const held = lock;
    return {
      host,
      project,
      base,
      live: path.slice(slash + 1),
      versions,
      [Symbol.dispose]: () => {
        versions[Symbol.dispose]();
        base[Symbol.dispose]();
        held?.[Symbol.dispose]();
      },
    };
  } catch (error) {
    lock?.[Symbol.dispose]();
    base[Symbol.dispose]();
    throw error;
  }
}

/** Of a path below the workspace only the workspace's own is ours. */
function openBase(project: Project, path: string): FolderHandle | undefined {
  if (isWithin(path, project.path) && path !== project.path) {
    using workspace = openFolder(project.path);
    return workspace.openPath(path.slice(project.path.length + 1));
  }
  try {
    return openFolder(path);
  } catch (error) {
    if (error instanceof KanibakoError && error.message.endsWith("ENOENT")) return undefined;
    throw error;
  }
}

/** All snapshots. */
export async function listSnapshots(vault: Vault): Promise<Snapshots> {
  const all: Snapshot[] = [];
  const damaged: string[] = [];
  for (const { name, isDirectory, isFile } of Deno.readDirSync(vault.versions.path)) {
    if (name.startsWith(".")) continue;
    if (isFile && OLD_ARCHIVE.test(name)) {
      all.push({ name, form: "old-archive", record: oldRecord(vault, name, "archive") });
    } else if (isDirectory) {
      const snapshot = await readSnapshot(vault, name).catch(() => undefined);
      if (snapshot) all.push(snapshot);
      else damaged.push(name);
    }
  }
  all.sort((a, b) => a.record.takenAt - b.record.takenAt || (a.name < b.name ? -1 : 1));
  return { all, damaged: damaged.sort() };
}

async function readSnapshot(vault: Vault, name: string): Promise<Snapshot | undefined> {
  using folder = vault.versions.open(name);
  const info = folder?.info(RECORD);
  if (folder && info?.kind === "file" && info.size <= MAX_RECORD_BYTES) {
    const record = await readJson(`${folder.path}/${RECORD}`, recordSchema);
    return record && { name, form: "whole", record };
  }
  if (timeOfName(name) === undefined) return undefined;
  return { name, form: "old-folder", record: oldRecord(vault, name, "copy") };
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
  const { all, damaged } = await listSnapshots(vault);
  const found = all.find((one) => one.name === name);
  if (found) return found;
  if (damaged.includes(name)) {
    throw new KanibakoError(
      "damaged-snapshot",
      `The snapshot ${shellQuote(name)} is damaged: its record is missing.`,
    );
  }
  const meant = nearest(name, all.map((one) => one.name));
  throw new KanibakoError(
    "unknown-snapshot",
    `There is no snapshot ${shellQuote(name)} of ${vault.project.name}.`,
    {
      hint: [
        ...(meant === undefined ? [] : [`Did you mean ${shellQuote(meant)}?`]),
        `All of them: kanibako box vault list ${shellQuote(vault.project.name)}`,
      ],
    },
  );
}

/** A part of a snapshot that is a folder of files; `undefined` when it is an archive, or there is no such part. */
export function openPart(vault: Vault, snapshot: Snapshot, part: PartName): FolderHandle | undefined {
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
  );
}

/** A new folder in `.versions` that the next call sweeps unless it was given a name by then. */
export function makeDraft(vault: Vault): { readonly name: string; readonly folder: FolderHandle } {
  const name = `.new-${crypto.randomUUID()}`;
  vault.versions.make(name, 0o700);
  return { name, folder: vault.versions.open(name)! };
}

/** Writes down what a snapshot is. */
export async function writeRecord(folder: FolderHandle, record: SnapshotRecord): Promise<void> {
  await writeJson(`${folder.path}/${RECORD}`, record);
}

/** Makes a draft a snapshot. False when the name is taken. */
export async function publish(
  vault: Vault,
  draft: { readonly name: string; readonly folder: FolderHandle },
  name: string,
  record: SnapshotRecord,
): Promise<boolean> {
  await writeRecord(draft.folder, record);
  return vault.versions.moveNew(draft.name, vault.versions, name);
}

/** Removes a snapshot. */
export async function removeSnapshot(vault: Vault, name: string): Promise<void> {
  const gone = `.gone-${crypto.randomUUID()}`;
  vault.versions.move(name, vault.versions, gone);
  await discard(vault.versions, gone);
}

/** Removes what killed calls left. */
export async function sweepVault(vault: Vault): Promise<void> {
  const left: string[] = [];
  for (const { name } of Deno.readDirSync(vault.versions.path)) {
    if (/^\.(new|gone)-/.test(name)) left.push(name);
  }
  for (const name of left) await discard(vault.versions, name);
  using parent = openHomeParent(vault.project);
  if (parent) await sweepDrafts(parent);
  using live = vault.base.open(vault.live);
  if (live && live.self().dev !== vault.versions.self().dev) await sweepDrafts(live);
}

/** What a killed restore left beside the box's home, or in a live folder that is a file system of its own. */
async function sweepDrafts(folder: FolderHandle): Promise<void> {
  const left = [...Deno.readDirSync(folder.path)].filter(({ name }) => name.startsWith(RESTORE_DRAFT));
  for (const { name } of left) await discard(folder, name);
}

/** How a folder begins that is made where what it holds will be. */
export const RESTORE_DRAFT = ".kanibako-restoring-";

/** The folder the box's home is in, reached as its layout allows. */
export function openHomeParent(project: Project): FolderHandle | undefined {
  const parent = project.home.slice(0, project.home.lastIndexOf("/"));
  return parent === project.path ? openFolder(parent) : openBase(project, parent);
}

/** Removes a folder with all it holds, subvolumes included. */
export async function discard(folder: FolderHandle, name: string): Promise<void> {
  const { removeTree } = await import("../host/tree.ts");
  await dropSubvolumes(folder, name);
  await removeTree(`${folder.path}/${name}`);
}

/** Subvolumes go at once, where we may; elsewhere they are made writable, and emptied like any folder. */
async function dropSubvolumes(parent: FolderHandle, name: string): Promise<void> {
  if (parent.info(name)?.kind !== "folder") return;
  using draft = parent.open(name);
  for (const part of ["content", "home", "fresh"]) {
    if (draft?.info(part)?.ino !== 256n || draft.info(part)?.kind !== "folder") continue;
    const btrfs = await import("../host/btrfs.ts");
    using folder = draft.open(part);
    if (!folder || !btrfs.isSubvolume(folder)) continue;
    if (!btrfs.destroySubvolume(draft, part)) btrfs.makeWritable(folder);
  }
}
