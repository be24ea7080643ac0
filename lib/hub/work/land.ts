/**
 * Bringing a helper's work into its parent's folder: all that is asked for or nothing, and so that it can be taken back.
 *
 * Everything is copied out of the helper's reach first, compared with what was looked at, and only then gets its place by renaming. What
 * it replaces is copied before that into the state of the box.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { type Folder, openFolder } from "../../host/tree/folder.ts";
import { giveTree, setModes } from "../../host/tree/modes.ts";
import { nameText } from "../../host/tree/raw_name.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { type Change, changesOf, type SeenChange } from "./changes.ts";
import { landedOf, Mark, plain, type WorkFolders } from "./diff.ts";
import type { Now } from "./differences.ts";
import { type Fork, openFork } from "./fork.ts";
import { isKeptOut } from "./keep_out.ts";
import { LandedStore } from "./landed.ts";
import { isIn } from "./left_out.ts";
import { changed, placeAll, type PlaceStep } from "./place.ts";
import { selected } from "./select.ts";
import { foldersAbove, makeStage, openTaken, takePaths, type Wanted } from "./stage.ts";
import { takeBackUnfinished } from "./undo.ts";

/** What is to land. */
export interface LandRequest extends WorkFolders {
  /** Where what was there before is kept: a folder in the state of the director's box, made here. */
  readonly undo: string;
  /** Only these paths, and what is below them; everything when absent. */
  readonly paths?: readonly string[] | undefined;
  /** Nothing is changed: what would land is answered. */
  readonly plan?: boolean | undefined;
  /** The mark of a look ({@link WorkDiff.look}): nothing lands where the helper's folder is another by now. */
  readonly look?: string | undefined;
  /**
   * What cannot land because a box asks for it that could not write it: the value of `report.protect` in effect for that box. `none`
   * where the user asks.
   */
  readonly keepOut: "none" | "hooks" | "all";
  readonly signal?: AbortSignal;
}

/** What has landed. */
export interface LandResult {
  readonly changes: readonly Change[];
  /** What was asked for and cannot land, as it is nothing that could. */
  readonly leftOut: readonly Change[];
  /** By what it is taken back; absent where nothing was changed. */
  readonly undo?: string;
}

/** More paths at once are refused: each is kept in mind. */
const MOST_PATHS = 200_000;
/** As many paths are named in a message. */
const NAMED = 5;

/**
 * Lands. Throws `land-conflict` where both sides have changed a path, `land-protected` for what a box may not ask for, `changed` where
 * a box wrote meanwhile, `unknown-path`, `no-record`, `too-large`.
 */
export async function landWork(request: LandRequest): Promise<LandResult> {
  const { parent, plan, signal } = request;
  using fork = await openFork(request.record);
  using helper = openFolder(request.workspace);
  using store = plan ? undefined : await LandedStore.open(request.undo);
  if (store) await takeBackUnfinished(store);
  const all: SeenChange[] = [];
  const mark = new Mark();
  for await (
    const change of changesOf({ fork, helper, landed: await landedOf(request, fork), parent, signal })
  ) {
    mark.add(change);
    if (all.push(change) > MOST_PATHS) throw tooMany(request.workspace);
  }
  if (request.look !== undefined && request.look !== mark.end()) throw changedSince();
  const chosen = selected(all, request.paths);
  const leftOut = chosen.filter(({ change }) => change === "special");
  const landing = chosen.filter(({ change }) => change !== "special");
  if (!store) return { changes: landing.map(plain), leftOut: leftOut.map(plain) };
  refuse(landing, request);
  if (landing.length === 0) return { changes: [], leftOut: leftOut.map(plain) };
  using into = openFolder(parent);
  const undo = await new Landing(request, { fork, helper, into, store }).land(landing);
  return { changes: landing.map(plain), leftOut: leftOut.map(plain), undo };
}

function refuse(landing: readonly SeenChange[], { keepOut }: LandRequest): void {
  const conflicts = landing.filter(({ change }) => change === "conflicting");
  if (conflicts.length > 0) {
    throw new KanibakoError(
      "land-conflict",
      `Cannot land ${named(conflicts)}: changed on both sides since the helper began. Nothing was changed.`,
      {
        hint: "Land other paths by name, or take what you want from the helper's folder by hand.",
      },
    );
  }
  const kept = landing.filter(({ protect }) => isKeptOut(keepOut, protect));
  if (kept.length === 0) return;
  throw new KanibakoError(
    "land-protected",
    `Cannot land ${named(kept)}: report.protect keeps a box from writing it. Nothing was changed.`,
    { hint: "The user can land it from the host, by its name. To land the rest, name the other paths." },
  );
}

interface Opened {
  readonly fork: Fork;
  readonly helper: Folder;
  readonly into: Folder;
  readonly store: LandedStore;
}

class Landing {
  readonly #request: LandRequest;
  readonly #opened: Opened;

  constructor(request: LandRequest, opened: Opened) {
    this.#request = request;
    this.#opened = opened;
  }

  async land(changes: readonly SeenChange[]): Promise<string> {
    const { store, into, helper } = this.#opened;
    const { parent, workspace, signal } = this.#request;
    const { id, folder } = await store.make();
    using own = folder;
    let isKept = false;
    try {
      await using stage = makeStage(own, into);
      const ways = this.#ways(changes);
      const steps = stepsOf(changes, ways);
      await takePaths(helper, `${stage.folder.path}/new`, this.#wanted(changes), { signal });
      using staged = openTaken(stage.folder, "new");
      this.#finish(staged, changes);
      await this.#keep(own, changes);
      stage.folder.make("old", 0o700);
      using trash = stage.folder.open("old")!;
      const record = {
        version: 1,
        at: Date.now(),
        parent,
        from: workspace,
        inside: stage.inside,
        bytes: changes.reduce((sum, { parent }) => sum + (parent?.size ?? 0), 0),
        paths: [...changes, ...ways].map(landedPath),
      } as const;
      // On the disk before any name leads to it.
      staged.sync();
      await store.write(id, { ...record, status: "begun" });
      placeAll({ staged, trash, into }, steps);
      await store.write(id, { ...record, status: "done" });
      isKept = true;
      await store.prune();
      return id;
    } finally {
      if (!isKept) await store.remove(id);
    }
  }

  #wanted(changes: readonly SeenChange[]): Wanted {
    return new Map(changes.flatMap(({ path, now }) => now ? [[path, now] as const] : []));
  }

  /** Folders that the parent lacks on the way to what is named, which were not named themselves. */
  #ways(changes: readonly SeenChange[]): SeenChange[] {
    const { into } = this.#opened;
    const known = new Set(changes.map(({ path }) => path));
    const ways = new Set<string>();
    for (const { path, now } of changes) {
      if (now) { for (const above of foldersAbove(path)) if (!known.has(above)) ways.add(above); }
    }
    const missing = new Set([...ways].filter((path) => !isFolder(into, path)));
    // What was seen below such a folder has gone with it since.
    const gone = changes.find(({ path, parent }) => parent !== undefined && isIn(path, missing));
    if (gone) throw changed(gone.path);
    return [...missing].map((path) => ({ path, change: "added", kind: "folder", now: WAY }));
  }

  /** Gives what is staged the owner and the permissions that it has to have in its place. */
  #finish(staged: Folder, changes: readonly SeenChange[]): void {
    if (Deno.uid() === 0) {
      const { uid, gid } = this.#opened.into.self();
      giveTree(staged.path, { uid, gid });
    }
    const modes = new Map(changes.flatMap((change) => {
      const mode = this.#modeOf(change);
      return mode === undefined ? [] : [[change.path, mode] as const];
    }));
    if (modes.size === 0) return;
    setModes(
      staged.path,
      (entry) => entry.kind === "file" ? modes.get(nameText(entry.pathBytes)) : undefined,
    );
  }

  /** A file keeps the permissions that its parent gave it, but for those that the helper changed. */
  #modeOf({ was, now, parent }: SeenChange): number | undefined {
    if (now?.kind !== "file" || parent?.kind !== "file" || was?.kind !== "file") return undefined;
    if ((was.mode & 0o777) === now.mode) return parent.mode;
    if (this.#opened.fork.kind !== "worktree") return undefined;
    const readers = parent.mode & 0o444;
    return parent.mode & ~0o111 | ((now.mode & 0o100) !== 0 ? readers >> 2 : 0);
  }

  /** Copies what is about to be replaced. */
  async #keep(own: Folder, changes: readonly SeenChange[]): Promise<void> {
    const there = changes.filter(({ parent }) => parent !== undefined);
    const wanted: Wanted = new Map(there.map(({ path, parent }) => [path, keptOf(parent!)]));
    const whole = new Set(
      there.filter(({ parent, now }) => parent!.kind === "folder" && now && now.kind !== "folder")
        .map(({ path }) => path),
    );
    await takePaths(this.#opened.into, `${own.path}/before`, wanted, { whole });
  }
}

function stepsOf(changes: readonly SeenChange[], ways: readonly SeenChange[]): PlaceStep[] {
  // A way comes before what it leads to, wherever the rest is.
  return [...ways.toSorted((a, b) => a.path.length - b.path.length), ...changes].map((
    { path, now, kind, parent },
  ) => ({
    path,
    do: now ? "put" : "remove",
    kind: now?.kind ?? parent?.kind ?? kind,
    expected: parent,
  }));
}

const WAY: Now = { kind: "folder", size: 0, mode: 0o755, mtimeNs: 0n, nature: "folder" };

/** Without a checksum, which would be made for this. */
function keptOf({ kind, size, mtimeNs, target }: Now): Pick<Now, "kind" | "size" | "mtimeNs" | "target"> {
  return { kind, size, mtimeNs, target };
}

function landedPath({ path, now, parent, protect }: SeenChange) {
  return {
    path,
    ...(protect === undefined ? {} : { protect }),
    ...(parent ? { before: kindOf(parent.kind) } : {}),
    ...(now ? { after: kindOf(now.kind), size: now.size, mtime: String(now.mtimeNs) } : {}),
    ...(now?.sum === undefined ? {} : { sum: now.sum }),
    ...(now?.target === undefined ? {} : { target: now.target }),
  };
}

function kindOf(kind: Now["kind"]): "file" | "folder" | "symlink" {
  if (kind === "other") throw new TypeError("nothing that lands");
  return kind;
}

function isFolder(into: Folder, path: string): boolean {
  using folder = into.openPath(path);
  return folder !== undefined;
}

function named(changes: readonly Change[]): string {
  const names = changes.slice(0, NAMED).map(({ path, note }) =>
    note === undefined ? shellQuote(path) : `${shellQuote(path)} (${note})`
  );
  const more = changes.length - names.length;
  return names.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function tooMany(workspace: string): KanibakoError {
  return new KanibakoError(
    "too-large",
    `Cannot land from ${shellQuote(workspace)}: more than ${MOST_PATHS} paths changed.`,
    {
      hint: "Have the helper remove what is not needed, or copy its folder by hand.",
    },
  );
}

function changedSince(): KanibakoError {
  return new KanibakoError(
    "changed",
    "The helper changed its folder since you looked. Nothing was changed.",
    {
      hint: "Look at the changes again, then try again.",
    },
  );
}
