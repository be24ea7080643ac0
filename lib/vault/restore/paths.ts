/**
 * Taking single paths of a vault back to a snapshot, one after the other. When one cannot be replaced, those before it are put back.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { copyTree } from "../../host/tree/copy.ts";
import type { Folder } from "../../host/tree/folder.ts";
import { clear } from "../prune/discard.ts";
import { makeFresh, settle } from "./staged.ts";
import { holds, placePath, takeAway, type Undo } from "./place_entry.ts";
import type { RestoreRequest, RestoreResult } from "./restore.ts";
import { selects } from "../compare/select_paths.ts";
import { publishAs } from "../snapshot/snapshot.ts";
import {
  discard,
  isApart,
  listSnapshots,
  makeDraft,
  namesOf,
  ofProject,
  RESTORE_DRAFT,
  type Snapshot,
  type Vault,
} from "../store.ts";

/** As `restore`, for these paths. Throws `unknown-path` when the snapshot has one of them not. */
export async function restorePaths(
  vault: Vault,
  snapshot: Snapshot,
  paths: readonly string[],
  request: RestoreRequest,
): Promise<RestoreResult> {
  const isNew = vault.base.make(vault.live, 0o700);
  using live = vault.base.open(vault.live)!;
  // Made by root it would be root's, and no box could write it.
  if (isNew && Deno.uid() === 0) {
    const { uid, gid } = vault.base.self();
    live.give(uid, gid);
  }
  const inside = isApart(live, vault.versions);
  const draft = inside ? makeInside(live) : makeDraft(vault);
  try {
    using folder = draft.folder;
    await makeFresh(vault, snapshot, { part: "content", into: folder, name: "fresh", paths });
    using fresh = folder.open("fresh")!;
    const absent = paths.filter((path) => !holds(fresh, path));
    const unknown = absent.filter((path) => snapshot.brought || !snapshot.record.only?.includes(path));
    if (unknown.length > 0) throw unknownPath(vault, unknown[0]!, snapshot);
    request.onStep?.("Saving the current files");
    const before = await keepPaths(vault, paths, request.name);
    settle(vault.versions, live);
    const undo: Undo[] = [];
    try {
      for (const path of paths) {
        undo.push(absent.includes(path) ? takeAway(live, path, folder) : placePath(fresh, live, path));
      }
    } catch (error) {
      for (const back of undo.reverse()) back();
      throw error;
    }
    settle(live);
    return { before, restored: snapshot };
  } finally {
    await clear(vault, inside ? live : vault.versions, [draft.name]);
  }
}

function makeInside(live: Folder): { readonly name: string; readonly folder: Folder } {
  const name = `${RESTORE_DRAFT}${crypto.randomUUID()}`;
  live.make(name, 0o700);
  return { name, folder: live.open(name)! };
}

function unknownPath(vault: Vault, path: string, { name }: Snapshot): KanibakoError {
  return new KanibakoError(
    "unknown-path",
    `There is no ${shellQuote(path)} in the snapshot ${shellQuote(name)}.`,
    { hint: `To see what differs: kanibako box vault diff ${shellQuote(name)}${ofProject(vault)}` },
  );
}

/** A snapshot of nothing but what is about to be replaced: it takes as long as that is large, not the whole vault. */
async function keepPaths(vault: Vault, paths: readonly string[], name: string): Promise<string | undefined> {
  using live = vault.base.open(vault.live);
  if (!live) return undefined;
  const taken = namesOf(await listSnapshots(vault));
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
      taken,
    );
    return kept.name;
  } catch (error) {
    draft.folder[Symbol.dispose]();
    await discard(vault.versions, draft.name);
    throw error;
  }
}
