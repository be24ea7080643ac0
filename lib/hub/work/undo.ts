/**
 * Taking back what landed: what was there before gets its place again, where what landed is still what stands there.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { type Folder, openFolder } from "../../host/tree/folder.ts";
import { nameText } from "../../host/tree/raw_name.ts";
import { walkTree } from "../../host/tree/walk.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { comparePaths } from "../../vault/checksums/manifest.ts";
import type { Change } from "./changes.ts";
import { type Landed, type LandedPath, LandedStore } from "./landed.ts";
import { isLanded } from "./landed_before.ts";
import { type Found, PathLooker } from "./path_looker.ts";
import { placeAll, type PlaceStep } from "./place.ts";
import { isKeptOut } from "./keep_out.ts";
import { clearStage, makeStage, openTaken, takePaths, type Wanted } from "./stage.ts";

/** What is to be taken back. */
export interface UndoRequest {
  /** Where it is kept, as it was when it landed. */
  readonly undo: string;
  /** By what it is known. [default: the last that landed] */
  readonly id?: string | undefined;
  /** The folder it landed in, which may have been moved since. */
  readonly parent: string;
  /** The folder of the helper it came from: only the last of that is taken back. */
  readonly from?: string | undefined;
  /** When the helper began, in milliseconds since 1970: what landed before came from an earlier one in the same folder. */
  readonly since?: number | undefined;
  /** As of {@link LandRequest}: what a box cannot have landed it cannot have taken back either. */
  readonly keepOut: "none" | "hooks" | "all";
}

/** Takes back. Throws `no-undo`, and `land-conflict` where something that landed was changed since. */
export async function undoLand(request: UndoRequest): Promise<{ readonly changes: readonly Change[] }> {
  using store = await LandedStore.open(request.undo);
  await takeBackUnfinished(store);
  const id = request.id ?? await lastOf(store, request);
  const landed = await store.read(id);
  const kept = landed.paths.find(({ protect }) => isKeptOut(request.keepOut, protect));
  if (kept) {
    throw new KanibakoError(
      "land-protected",
      `Cannot take back ${
        shellQuote(kept.path)
      }: report.protect keeps a box from writing it. Nothing was changed.`,
      { hint: "The user can take it back from the host." },
    );
  }
  const steps = await takeBack(store, id, { ...landed, parent: request.parent }, "strict");
  await store.remove(id);
  return {
    changes: steps.map(({ path, do: what, kind, expected }) => ({
      path,
      change: what === "remove" ? "removed" : expected ? "changed" : "added",
      kind,
    })),
  };
}

/** Takes back what a killed call had begun: as far as it had come. */
export async function takeBackUnfinished(store: LandedStore): Promise<void> {
  for (const id of await store.ids()) {
    const landed = await store.read(id);
    if (landed.status !== "begun") continue;
    await takeBack(store, id, landed, "as-far-as-possible");
    await store.remove(id);
  }
}

async function lastOf(store: LandedStore, { from, since = 0 }: UndoRequest): Promise<string> {
  for (const id of (await store.ids()).reverse()) {
    const landed = await store.read(id);
    if ((from === undefined || landed.from === from) && landed.at >= since) return id;
  }
  throw new KanibakoError("no-undo", "There is nothing to take back: nothing has landed yet.");
}

async function takeBack(
  store: LandedStore,
  id: string,
  landed: Landed,
  how: "strict" | "as-far-as-possible",
): Promise<PlaceStep[]> {
  using own = store.folder(id);
  using into = openFolder(landed.parent);
  if (landed.inside !== undefined) await clearStage(into, landed.inside);
  using looker = new PathLooker(into);
  const steps: PlaceStep[] = [];
  for (const path of landed.paths) {
    const there = looker.at(path.path);
    const found = there === "blocked" ? undefined : there;
    if (isLanded(path, found) && isAlone(into, landed, path)) steps.push(stepOf(path, found));
    else if (how === "strict" && !isAsBefore(path, found)) throw changedSince(path);
  }
  // A way to something may have been noted behind it.
  steps.sort((a, b) => comparePaths(a.path, b.path));
  using before = own.openPath("before");
  await using stage = makeStage(own, into);
  const put: Wanted = new Map(steps.filter((step) => step.do === "put").map(({ path }) => [path, undefined]));
  const whole = new Set(
    steps.filter(({ do: what, kind }) => what === "put" && kind === "folder").map(({ path }) => path),
  );
  if (before) await takePaths(before, `${stage.folder.path}/new`, put, { whole });
  else stage.folder.make("new", 0o700);
  using staged = openTaken(stage.folder, "new");
  stage.folder.make("old", 0o700);
  using trash = stage.folder.open("old")!;
  placeAll({ staged, trash, into }, steps);
  return steps;
}

function stepOf({ path, before, after }: LandedPath, found: Found | undefined): PlaceStep {
  return before
    ? { path, do: "put", kind: before, expected: found }
    : { path, do: "remove", kind: after!, expected: found };
}

/** A folder that takes its place back again from a file brings all it had along; a folder that goes must not take others' along. */
function isAlone(into: Folder, landed: Landed, { path, before, after }: LandedPath): boolean {
  if (after !== "folder" || before === undefined || before === "folder") return true;
  using folder = into.openPath(path);
  if (!folder) return false;
  const ours = new Set(landed.paths.map((one) => one.path));
  let isAlone = true;
  walkTree(folder.path, (entry) => {
    if (!ours.has(`${path}/${nameText(entry.pathBytes)}`)) isAlone = false;
  });
  return isAlone;
}

/** Nothing to do: somebody took it back by hand, or a folder stayed for what else was in it. */
function isAsBefore({ before }: LandedPath, found: Found | undefined): boolean {
  return before === undefined ? found === undefined : before === "folder" && found?.kind === "folder";
}

function changedSince({ path }: LandedPath): KanibakoError {
  return new KanibakoError(
    "land-conflict",
    `Cannot take back what landed: ${shellQuote(path)} was changed since. Nothing was changed.`,
    { hint: "What was there before is kept until 20 others have landed." },
  );
}
