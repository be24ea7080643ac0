/**
 * Putting what was staged into a live folder, by handle, all of it or nothing: what stands at a place is swapped out and looked at, and
 * when it is not what it is said to be, everything is put back.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import type { Folder } from "../../host/tree/folder.ts";
import type { Kind } from "../../host/tree/walk.ts";
import { isIn } from "./left_out.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { Both, Undo } from "../../vault/restore/place_entry.ts";
import { moveAway, replace, takeBack } from "../../vault/restore/swap.ts";

type FileInfo = NonNullable<ReturnType<Folder["info"]>>;

/** What stands at a place, as it was seen. */
export type Expected = Pick<FileInfo, "kind" | "ino" | "size" | "mtimeNs">;

/** What is done at one path. */
export interface PlaceStep {
  readonly path: string;
  /** `put`: what is staged there takes the place, a folder with all that is staged in it. */
  readonly do: "put" | "remove";
  /** The kind of what is put, or removed. */
  readonly kind: Kind;
  /** What stands there; absent: nothing. */
  readonly expected: Expected | undefined;
}

/** Where it is done. */
export interface Places {
  readonly staged: Folder;
  /** An empty folder on the same file system, for what is taken away. */
  readonly trash: Folder;
  readonly into: Folder;
}

/** Takes all steps, in this order but that folders are removed last. Throws `changed` where something else stands at a place. */
export function placeAll(places: Places, steps: readonly PlaceStep[]): void {
  const undo: Undo[] = [];
  try {
    // With these, all that is below has its place or has lost it.
    const whole = new Set<string>();
    for (const step of steps) {
      if (isIn(step.path, whole)) continue;
      if (step.do === "put") {
        const isPut = putOne(places, step, undo);
        if (isPut && [step.kind, step.expected?.kind].includes("folder")) whole.add(step.path);
      } else if (step.kind !== "folder") takeOne(places, step, undo);
    }
    for (const step of [...steps].reverse()) {
      if (step.do !== "remove" || step.kind !== "folder" || isIn(step.path, whole)) continue;
      removeFolder(places.into, step.path, undo);
    }
  } catch (error) {
    for (const back of undo.reverse()) back();
    throw error;
  }
}

/** False where a folder is wanted, and there is one. */
function putOne({ staged, into }: Places, { path, kind, expected }: PlaceStep, undo: Undo[]): boolean {
  const { above, name } = split(path);
  using way = openWay(staged, into, above);
  if (kind === "folder" && way.into.info(name)?.kind === "folder") return false;
  const how = replace(way.from, name, way.into, name);
  undo.push(() => {
    using back = openWay(staged, into, above);
    takeBack(how, back.from, name, back.into, name);
  });
  const was = how === "swapped" ? way.from.info(name) : undefined;
  if (!isExpected(expected, was)) throw changed(path);
  return true;
}

function takeOne({ trash, into }: Places, { path, expected }: PlaceStep, undo: Undo[]): void {
  const { above, name } = split(path);
  using folder = open(into, above);
  if (!folder?.info(name)) throw changed(path);
  const gone = crypto.randomUUID();
  moveAway(folder, name, trash, gone);
  undo.push(() => {
    using back = open(into, above);
    trash.move(gone, back!, name);
  });
  if (!isExpected(expected, trash.info(gone))) throw changed(path);
}

/** One that is not empty has something of somebody else's by now, and stays. */
function removeFolder(into: Folder, path: string, undo: Undo[]): void {
  const { above, name } = split(path);
  using folder = open(into, above);
  const was = folder?.info(name);
  if (was?.kind !== "folder" || !folder!.removeEmpty(name)) return;
  undo.push(() => {
    using back = open(into, above);
    if (!back?.make(name, 0o700)) return;
    using made = back.open(name)!;
    if (Deno.uid() === 0) made.give(was.uid, was.gid);
    made.setMode(was.mode);
  });
}

function isExpected(expected: Expected | undefined, was: FileInfo | undefined): boolean {
  if (!expected || !was) return expected === undefined && was === undefined;
  if (expected.kind !== was.kind || expected.ino !== was.ino) return false;
  return was.kind !== "file" || expected.size === was.size && expected.mtimeNs === was.mtimeNs;
}

function split(path: string): { above: string[]; name: string } {
  const above = path.split("/");
  const name = above.pop()!;
  return { above, name };
}

/** Both folders. What leads there is put before: nothing is made on the way, where a box may have moved it just now. */
function openWay(staged: Folder, into: Folder, above: readonly string[]): Both {
  const from = open(staged, above);
  try {
    const to = from && open(into, above);
    if (from && to) {
      return { from, into: to, [Symbol.dispose]: () => [from, to].forEach((one) => one[Symbol.dispose]()) };
    }
  } catch (error) {
    from?.[Symbol.dispose]();
    throw error;
  }
  from?.[Symbol.dispose]();
  throw changed(above.join("/"));
}

function open(into: Folder, above: readonly string[]): Folder | undefined {
  return above.length === 0 ? into.again() : into.openPath(above.join("/"));
}

/** Something was written meanwhile, by a box or by somebody else. */
export function changed(path: string): KanibakoError {
  return new KanibakoError(
    "changed",
    `Cannot go on: ${shellQuote(path)} changed meanwhile. Nothing was changed by this command.`,
    { hint: "Look at the changes again, then try again." },
  );
}
