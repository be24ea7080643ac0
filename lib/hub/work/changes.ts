/**
 * What a helper made, compared with what its parent made meanwhile: path by path, and what of it both have changed.
 *
 * @module
 */

import type { Folder } from "../../host/tree/folder.ts";
import type { Kind } from "../../host/tree/walk.ts";
import { comparePaths, type ManifestLine } from "../../vault/checksums/manifest.ts";
import { Breath } from "./breath.ts";
import { type Difference, differences, type Now } from "./differences.ts";
import type { Fork } from "./fork.ts";
import { ParentSide } from "./parent_side.ts";
import type { LandedBefore } from "./landed_before.ts";
import { type Found, PathLooker } from "./path_looker.ts";
import { isIn } from "./left_out.ts";
import { PlaceNotes } from "./places.ts";

/** One path of a helper's work. */
export interface Change {
  /** Relative to its folder; names that are not UTF-8 as `lib/host/tree/raw_name.ts` writes them. */
  readonly path: string;
  /**
   * `conflicting`: the parent has changed it too since the helper began, to something else. `special`: nothing that could land: a FIFO,
   * socket or device, what cannot be read, what is not for the parent's box.
   */
  readonly change: "added" | "changed" | "removed" | "conflicting" | "special";
  /** What it is now; of what is removed, what it was. */
  readonly kind: Kind;
  /** Length of a file in bytes. */
  readonly size?: number;
  /** What the user should know of it: that it is a git hook, or why it cannot land. */
  readonly note?: string;
  /** The mode of `report.protect` from which on a box could not have written it in the parent's folder. */
  readonly protect?: "hooks" | "all";
}

/** A change, with what was seen on both sides. */
export interface SeenChange extends Change {
  readonly was?: ManifestLine | undefined;
  readonly now?: Now | undefined;
  /** What the parent has there; absent: nothing. */
  readonly parent?: Found | undefined;
}

/** Where to look. */
export interface Sides {
  readonly fork: Fork;
  /** The helper's folder. */
  readonly helper: Folder;
  /** The parent's. */
  readonly parent: string;
  /** What of the helper's work has landed in it before. */
  readonly landed?: LandedBefore | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** All changes, a folder before what is in it. */
export async function* changesOf(sides: Sides): AsyncGenerator<SeenChange, void> {
  using parent = new ParentSide(sides.fork, sides.parent);
  const judge = new Judge(sides, parent);
  const rest = new Set(sides.landed?.paths);
  const unknown = new Set<string>();
  for await (const difference of differences(sides.fork, sides.helper, new Breath(sides.signal))) {
    rest.delete(difference.path);
    if (difference.unknown) unknown.add(difference.path);
    yield* judge.take(difference);
  }
  yield* judge.end();
  yield* backAgain([...rest].filter((path) => !isIn(path, unknown)).sort(comparePaths), sides, judge);
}

/** What has landed and is now, at the helper's, what it was when that began: seen from there it is no difference. */
function* backAgain(
  paths: readonly string[],
  { fork, helper }: Sides,
  judge: Judge,
): Generator<SeenChange, void> {
  if (paths.length === 0) return;
  const wanted = new Set(paths);
  const lines = new Map<string, ManifestLine>();
  for (const line of fork.lines()) if (wanted.has(line.path)) lines.set(line.path, line);
  using looker = new PathLooker(helper);
  for (const path of paths) {
    const there = looker.at(path);
    const now = there === "blocked" ? undefined : there;
    // The checksum is made as long as nothing else was looked at.
    yield* judge.back({ path, was: lines.get(path), now: now && { ...now, sum: now.sum } });
  }
  yield* judge.end();
}

/** A folder of which the helper made something else: what to say of it depends on all that was in it. */
interface Replaced {
  readonly difference: Difference;
  readonly was: Map<string, ManifestLine>;
}

class Judge {
  readonly #notes: PlaceNotes;
  readonly #parent: ParentSide;
  readonly #landed: LandedBefore | undefined;
  #replaced: Replaced | undefined;
  /** A file of which the helper made a folder, and whether that conflicts. */
  #unfolded: { readonly path: string; readonly conflicts: boolean } | undefined;

  constructor(sides: Sides, parent: ParentSide) {
    this.#notes = new PlaceNotes({ helper: sides.helper.path, parent: sides.parent });
    this.#parent = parent;
    this.#landed = sides.landed;
  }

  /** What the helper has taken back of what has landed. What the parent made of that meanwhile stays. */
  *back(difference: Difference): Generator<SeenChange, void> {
    const found = this.#parent.at(difference.path);
    if (found === "blocked" || !this.#landed?.isStill(difference.path, found)) return;
    yield* this.take(difference);
  }

  *take(difference: Difference): Generator<SeenChange, void> {
    const { path, was, now, unknown } = difference;
    if (this.#replaced) {
      if (path.startsWith(`${this.#replaced.difference.path}/`)) {
        if (was) this.#replaced.was.set(path, was);
        return;
      }
      yield* this.end();
    }
    if (unknown === "unreadable") yield special(difference, "cannot be read");
    else if (unknown) yield special(difference, "is not for the box it would land in");
    else if (now?.kind === "other") yield special(difference, now.nature);
    else if (!now) yield* this.#removed(difference);
    else yield* this.#there(difference, now);
  }

  /** After the last difference. */
  *end(): Generator<SeenChange, void> {
    const replaced = this.#replaced;
    if (!replaced) return;
    this.#replaced = undefined;
    const { difference, was } = replaced;
    const found = this.#parent.at(difference.path);
    if (found === undefined || found === "blocked") yield this.#change(difference, "conflicting", undefined);
    else {
      const isSafe = found.kind === "folder" && this.#parent.isFolderAsForked(difference.path, was);
      yield this.#change(difference, isSafe ? "changed" : "conflicting", found);
    }
  }

  *#removed(difference: Difference): Generator<SeenChange, void> {
    const found = this.#parent.at(difference.path);
    if (found === undefined || found === "blocked") return;
    const isSame = difference.was !== undefined && this.#parent.isAsForked(difference.was, found) ||
      this.#hasLanded(difference.path, found);
    yield this.#change(difference, isSame ? "removed" : "conflicting", found);
  }

  *#there(difference: Difference, now: Now): Generator<SeenChange, void> {
    const { path, was } = difference;
    const unfolded = this.#unfolded;
    if (unfolded && path.startsWith(`${unfolded.path}/`)) {
      return yield this.#change(difference, unfolded.conflicts ? "conflicting" : "added", undefined);
    }
    const found = this.#parent.at(path);
    if (found === "blocked") return yield this.#change(difference, "conflicting", undefined);
    if (found && this.#parent.isSame(now, found)) return;
    if (was?.kind === "folder" && found?.kind === "folder") {
      this.#replaced = { difference, was: new Map() };
      return;
    }
    // In a folder there may be what is the parent's by now.
    const isFree = found?.kind !== "folder" && this.#hasLanded(path, found) ||
      (was ? found !== undefined && this.#parent.isAsForked(was, found) : found === undefined);
    if (was && now.kind === "folder") this.#unfolded = { path, conflicts: !isFree };
    yield this.#change(difference, !isFree ? "conflicting" : found ? "changed" : "added", found);
  }

  #hasLanded(path: string, found: Found | undefined): boolean {
    return this.#landed?.isStill(path, found) === true;
  }

  #change(
    { path, was, now }: Difference,
    change: Change["change"],
    parent: Found | undefined,
  ): SeenChange {
    return {
      path,
      change,
      kind: (now?.kind ?? was?.kind ?? parent?.kind) as Kind,
      ...(now?.kind === "file" ? { size: now.size } : {}),
      ...this.#notes.of(path, was, now),
      was,
      now,
      parent,
    };
  }
}

function special({ path, now }: Difference, note: string): SeenChange {
  return { path, change: "special", kind: now?.kind ?? "other", note };
}
