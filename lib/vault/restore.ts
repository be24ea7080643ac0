/**
 * Taking a vault back to a snapshot. What is live is kept in a snapshot first; the new is made beside it, compared with the
 * snapshot, and swapped in by one rename: at every moment there is the old or the new, whole.
 *
 * @module
 */

import type { VaultSettings } from "../config/settings.ts";
import { KanibakoError } from "../host/error.ts";
import { shellQuote } from "../host/text.ts";
import { copyTree } from "../host/tree_copy.ts";
import type { FolderHandle } from "../host/tree_handle.ts";
import { bring } from "./bring.ts";
import { compareWithSnapshot } from "./compare.ts";
import { survey, writeKnown } from "./known.ts";
import { holds, placePath, takeAway } from "./place.ts";
import type { PartName } from "./record.ts";
import { secretPaths } from "./secrets.ts";
import { plainPaths, selects } from "./select.ts";
import { homeName, liveParts, openHome, publishAs, takeSnapshot } from "./snapshot.ts";
import {
  discard,
  findSnapshot,
  listSnapshots,
  makeDraft,
  openHomeParent,
  RESTORE_DRAFT,
  type Snapshot,
  sweepVault,
  type Vault,
} from "./store.ts";

/** What is to be restored. */
export interface RestoreRequest {
  readonly name: string;
  /** Only these, below the vault's folder; empty: all. */
  readonly paths: readonly string[];
  /** The box's home too. Its credentials stay as they are now. */
  readonly home: boolean;
  readonly settings: VaultSettings;
  /** Told of each step, in words. */
  readonly onStep?: ((text: string) => void) | undefined;
}

/** What was done. */
export interface RestoreResult {
  /** The snapshot that holds what was there before; absent when there was nothing. */
  readonly before: string | undefined;
  readonly restored: Snapshot;
}

/** Restores. The box must not run: see to it before. Throws `unknown-snapshot`, `unknown-path`, `no-home`, `not-verified`. */
export async function restore(vault: Vault, request: RestoreRequest): Promise<RestoreResult> {
  await sweepVault(vault);
  const snapshot = await findSnapshot(vault, request.name);
  const paths = plainPaths(request.paths.length > 0 ? request.paths : snapshot.record.only ?? []);
  if (request.home && !snapshot.record.home) {
    throw new KanibakoError(
      "no-home",
      `The snapshot ${shellQuote(snapshot.name)} does not hold the box's home.`,
      {
        hint: "Snapshots hold it when vault.include_home is on.",
      },
    );
  }
  if (paths.length > 0) return await restorePaths(vault, snapshot, paths, request);
  request.onStep?.("Keeping what is there now");
  const includeHome = request.home
    ? { ...request.settings.includeHome, value: true }
    : request.settings.includeHome;
  const before = await takeSnapshot(vault, {
    auto: true,
    ifChanged: true,
    note: `before ${request.name} was restored`,
    settings: { ...request.settings, includeHome },
  });
  request.onStep?.(`Restoring ${request.name}`);
  await replaceContent(vault, snapshot);
  if (request.home) await replaceHome(vault, snapshot);
  await recordState(vault, snapshot, request.home);
  return { before: before.kind === "empty" ? undefined : before.snapshot.name, restored: snapshot };
}

async function replaceContent(vault: Vault, snapshot: Snapshot): Promise<void> {
  const draft = makeDraft(vault);
  try {
    using folder = draft.folder;
    await bring(vault, snapshot, { part: "content", into: folder, name: "fresh" });
    checkFresh(vault, snapshot, "content", folder, "fresh");
    exchange(folder, "fresh", vault.base, vault.live);
  } finally {
    await discard(vault.versions, draft.name);
  }
}

async function replaceHome(vault: Vault, snapshot: Snapshot): Promise<void> {
  using parent = openHomeParent(vault.project);
  if (!parent) throw new KanibakoError("no-home", "The box has no home to restore yet.");
  const [name, draft] = [homeName(vault.project), `${RESTORE_DRAFT}${crypto.randomUUID()}`];
  try {
    await bring(vault, snapshot, { part: "home", into: parent, name: draft });
    checkFresh(vault, snapshot, "home", parent, draft);
    await keepSecrets(vault, parent, draft);
    exchange(parent, draft, parent, name);
  } finally {
    await discard(parent, draft);
  }
}

/** Credentials are in no snapshot: those of now stay. */
async function keepSecrets(vault: Vault, parent: FolderHandle, fresh: string): Promise<void> {
  using home = openHome(vault);
  if (!home) return;
  const present = secretPaths().filter((path) => holds(home, path));
  if (present.length === 0) return;
  const copy = `${RESTORE_DRAFT}${crypto.randomUUID()}`;
  const wanted = selects(present);
  try {
    await copyTree(home.path, `${parent.path}/${copy}`, { exclude: (path, kind) => !wanted(path, kind) });
    using source = parent.open(copy)!;
    using target = parent.open(fresh)!;
    for (const path of present) if (holds(source, path)) placePath(source, target, path);
  } finally {
    await discard(parent, copy);
  }
}

async function restorePaths(
  vault: Vault,
  snapshot: Snapshot,
  paths: readonly string[],
  request: RestoreRequest,
): Promise<RestoreResult> {
  vault.base.make(vault.live, 0o700);
  using live = vault.base.open(vault.live)!;
  // A subvolume is a file system of its own: nothing is renamed into it from outside.
  const inside = live.self().dev !== vault.versions.self().dev;
  const draft = inside ? makeInside(live) : makeDraft(vault);
  try {
    using folder = draft.folder;
    await bring(vault, snapshot, { part: "content", into: folder, name: "fresh", paths });
    using fresh = folder.open("fresh")!;
    const absent = paths.filter((path) => !holds(fresh, path));
    const unknown = absent.filter((path) => !snapshot.record.only?.includes(path));
    if (unknown.length > 0) {
      throw new KanibakoError(
        "unknown-path",
        `There is no ${shellQuote(unknown[0]!)} in the snapshot ${shellQuote(snapshot.name)}.`,
        { hint: `See what it holds: kanibako box vault diff ${shellQuote(snapshot.name)}` },
      );
    }
    checkFresh(vault, snapshot, "content", folder, "fresh", paths);
    request.onStep?.("Keeping what is there now");
    const before = await keepPaths(vault, paths, request.name);
    for (const path of paths) {
      if (absent.includes(path)) takeAway(live, path, folder);
      else placePath(fresh, live, path);
    }
    return { before, restored: snapshot };
  } finally {
    await discard(inside ? live : vault.versions, draft.name);
  }
}

function makeInside(live: FolderHandle): { readonly name: string; readonly folder: FolderHandle } {
  const name = `${RESTORE_DRAFT}${crypto.randomUUID()}`;
  live.make(name, 0o700);
  return { name, folder: live.open(name)! };
}

/** A snapshot of nothing but what is about to be replaced: it takes as long as that is large, not the whole vault. */
async function keepPaths(vault: Vault, paths: readonly string[], name: string): Promise<string | undefined> {
  using live = vault.base.open(vault.live);
  if (!live) return undefined;
  const { all, damaged } = await listSnapshots(vault);
  const draft = makeDraft(vault);
  const wanted = selects(paths);
  const takenAt = Date.now();
  try {
    const report = await copyTree(live.path, `${draft.folder.path}/content`, {
      exclude: (path, kind) => !wanted(path, kind),
    });
    const kept = await publishAs(
      vault,
      {
        ...draft,
        record: {
          format: 1,
          id: crypto.randomUUID(),
          note: `${
            paths.length === 1 ? shellQuote(paths[0]!) : `${paths.length} paths`
          } before ${name} was restored`,
          takenAt,
          completeAt: Date.now() + 1,
          auto: true,
          strategy: "copy",
          files: report.files,
          bytes: report.bytes,
          ownBytes: report.bytes,
          skipped: report.skippedCount,
          home: false,
          only: paths,
        },
      },
      undefined,
      new Set([...all.map((one) => one.name), ...damaged]),
    );
    return kept.name;
  } catch (error) {
    draft.folder[Symbol.dispose]();
    await discard(vault.versions, draft.name);
    throw error;
  }
}

function checkFresh(
  vault: Vault,
  snapshot: Snapshot,
  part: PartName,
  parent: FolderHandle,
  name: string,
  paths?: readonly string[],
): void {
  using fresh = parent.open(name);
  const wrong = fresh ? compareWithSnapshot(vault, snapshot, { name: part, folder: fresh }, paths) : "";
  if (wrong === undefined) return;
  throw new KanibakoError(
    "not-verified",
    `Cannot restore ${shellQuote(snapshot.name)}: ${
      wrong === "" ? "nothing came out of it" : `${shellQuote(wrong)} is not as it was when it was taken`
    }. Nothing was changed.`,
    { hint: `See what is damaged: kanibako box vault verify ${shellQuote(snapshot.name)}` },
  );
}

/** The new for the old. Where the file system cannot swap, the old is moved away an instant before. */
function exchange(from: FolderHandle, fresh: string, into: FolderHandle, name: string): void {
  using folder = from.open(fresh)!;
  const { atimeNs, mtimeNs } = folder.self();
  if (!into.info(name)) from.move(fresh, into, name);
  else if (!from.swap(fresh, into, name)) {
    into.move(name, from, `.old-${crypto.randomUUID()}`);
    from.move(fresh, into, name);
  }
  // On XFS a folder counts as changed when it gets another parent.
  folder.setTimes({ atimeNs, mtimeNs });
}

/** The live folder is as in that snapshot now: the next call need not take it again. */
async function recordState(vault: Vault, snapshot: Snapshot, withHome: boolean): Promise<void> {
  if (snapshot.record.home && !withHome) return await writeKnown(vault.project.state, undefined);
  using live = vault.base.open(vault.live);
  using home = snapshot.record.home ? openHome(vault) : undefined;
  if (!live) return;
  const found = await survey(liveParts(live, home), undefined);
  await writeKnown(
    vault.project.state,
    found.settled ? { ...found, snapshot: snapshot.record.id } : undefined,
  );
}
