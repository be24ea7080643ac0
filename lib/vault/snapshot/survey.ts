/**
 * What there is in the live folder now, and what of it is as it was. Looks at everything, reads nothing.
 *
 * @module
 */

import type { Folder } from "../../host/tree/folder.ts";
import { type Kind, type WalkEntry, walkTree } from "../../host/tree/walk.ts";
import { EntryHasher } from "./entry_hash.ts";
import { type HashKey, HashSet64, newKey } from "./hash_set.ts";
import type { Known } from "./known_entries.ts";
import type { PartName } from "../record.ts";
import { pause } from "../../host/timer.ts";

/** A part of what a snapshot takes. */
export interface LivePart {
  readonly name: PartName;
  readonly folder: Folder;
  readonly exclude?: ((path: string, kind: Kind) => boolean) | undefined;
}

/** What is there now. */
export interface Survey {
  readonly key: HashKey;
  readonly entries: HashSet64;
  readonly files: number;
  /** Length of all files, in bytes. */
  readonly bytes: number;
  /** Length of the files that are not as they were, in bytes. */
  readonly newBytes: number;
  /** How many entries are as they were. */
  readonly same: number;
  /** Whether there is nothing a snapshot could hold. */
  readonly isEmpty: boolean;
  /** The latest change of any entry, in nanoseconds since 1970. */
  readonly newestNs: bigint;
  /** How many entries changed so lately that a further change could look the same: these are not among `entries`. */
  readonly leftOut: number;
}

/** The kernel's clock for files goes on in steps of at most this. */
export const CLOCK_STEP_MS = 20;
/** Some file systems write down whole seconds only. */
const COARSE_STEP_MS = 2000;
const SECOND = 1_000_000_000n;
const MAX_WAITS = 3;
/** Most entries that are looked at again one by one. */
const MAX_LATE = 64;

/**
 * Looks at everything. Waits some milliseconds when something was changed just now, so that what is changed after this can be
 * distinguished from what was there.
 *
 * `cleanSinceMs`: a box may be writing. It may write to a mapped page without any sign until that page was written to the disk; so
 * everything was, before this time, in milliseconds since 1970. What changed since is left out.
 */
export async function survey(
  parts: readonly LivePart[],
  known: Known | undefined,
  cleanSinceMs?: number,
): Promise<Survey> {
  for (let waits = 0;; waits++) {
    const late: Late[] = [];
    const found = surveyOnce(parts, known, cleanSinceMs, late);
    if (found.leftOut === 0 || cleanSinceMs !== undefined || waits === MAX_WAITS) return found;
    if (late.some(({ ctimeNs }) => isCoarse(ctimeNs))) return found;
    await pause(CLOCK_STEP_MS + 1);
    // What was changed just now and is the same after a step of the clock needs no second look at all the rest.
    if (late.length <= MAX_LATE && late.every(isStill)) return withLate(found, late);
  }
}

function withLate(found: Survey, late: readonly Late[]): Survey {
  for (const { low, high } of late) found.entries.add(low, high);
  return { ...found, leftOut: 0 };
}

/** Whether all is as it was. Stops at the first thing that is not. */
export function isAsKnown(parts: readonly LivePart[], known: Known): boolean {
  const surveyor = new Surveyor(known);
  const changed = new Error("changed");
  try {
    for (const { name, folder, exclude } of parts) {
      walkTree(folder.path, (entry) => {
        if (!surveyor.add(name, entry)) throw changed;
      }, { exclude, unreadable: "skip" });
      surveyor.addRoot(name, folder);
    }
  } catch (error) {
    if (error === changed) return false;
    throw error;
  }
  return isUnchanged(surveyor.found, known);
}

/** Whether nothing at all changed. */
export function isUnchanged(
  found: Pick<Survey, "same" | "entries" | "leftOut">,
  known: Known | undefined,
): boolean {
  return known !== undefined && found.leftOut === 0 && found.same === found.entries.size &&
    found.same === known.entries.size;
}

/** Collects what is there, entry by entry. */
class Surveyor {
  readonly #hasher: EntryHasher;
  readonly #known: Known | undefined;
  readonly #key: HashKey;
  readonly #entries: HashSet64;
  #same = 0;
  #newBytes = 0;
  #leftOut = 0;

  constructor(known: Known | undefined) {
    this.#known = known;
    this.#key = known?.key ?? newKey();
    this.#hasher = new EntryHasher(this.#key);
    this.#entries = new HashSet64(known?.entries.size ?? 1024);
  }

  /** Adds an entry; unless it is as it was, only where `isSettled` of it. Answers whether it is as it was. */
  add(
    part: PartName,
    entry: WalkEntry,
    isSettled: (hash: { readonly low: number; readonly high: number }) => boolean = () => true,
  ): boolean {
    const hash = this.#hasher.of(part, entry);
    const same = this.#known?.entries.has(hash.low, hash.high) ?? false;
    if (!same && entry.kind === "file") this.#newBytes += entry.size;
    // What was known was settled then.
    if (same || isSettled(hash)) this.#put(hash, same);
    else this.#leftOut++;
    return same;
  }

  /** Adds a part's own folder. */
  addRoot(part: PartName, folder: Folder): void {
    const hash = this.#hasher.ofRoot(part, folder);
    this.#put(hash, this.#known?.entries.has(hash.low, hash.high) ?? false);
  }

  /** What was found. */
  get found(): Pick<Survey, "key" | "entries" | "same" | "newBytes" | "leftOut"> {
    return {
      key: this.#key,
      entries: this.#entries,
      same: this.#same,
      newBytes: this.#newBytes,
      leftOut: this.#leftOut,
    };
  }

  #put({ low, high }: { readonly low: number; readonly high: number }, same: boolean): void {
    this.#entries.add(low, high);
    if (same) this.#same++;
  }
}

/** Something that was changed just now. */
interface Late {
  readonly folder: Folder;
  readonly path: string;
  readonly ctimeNs: bigint;
  readonly low: number;
  readonly high: number;
}

function isStill({ folder, path, ctimeNs }: Late): boolean {
  const slash = path.lastIndexOf("/");
  try {
    using inner = slash < 0 ? undefined : folder.openPath(path.slice(0, slash));
    return (slash < 0 ? folder : inner)?.info(path.slice(slash + 1))?.ctimeNs === ctimeNs;
  } catch {
    return false;
  }
}

function surveyOnce(
  parts: readonly LivePart[],
  known: Known | undefined,
  cleanSinceMs: number | undefined,
  late: Late[],
): Survey {
  const surveyor = new Surveyor(known);
  const clock = new Clock(cleanSinceMs);
  let [files, bytes, isEmpty, newestNs] = [0, 0, true, 0n];
  for (const { name, folder, exclude } of parts) {
    const report = walkTree(folder.path, (entry) => {
      const { ctimeNs } = entry;
      if (ctimeNs > newestNs) newestNs = ctimeNs;
      surveyor.add(name, entry, ({ low, high }) => {
        if (!clock.isLate(ctimeNs)) return true;
        if (late.length <= MAX_LATE) late.push({ folder, path: entry.path, ctimeNs, low, high });
        return false;
      });
    }, { exclude, unreadable: "skip" });
    surveyor.addRoot(name, folder);
    files += report.files;
    bytes += report.bytes;
    // What we may not look into may hold anything.
    isEmpty &&= report.files + report.folders + report.symlinks + report.unreadable === 0;
  }
  return { ...surveyor.found, files, bytes, isEmpty, newestNs };
}

/** Tells what was changed so lately that a further change could bear the same time. */
class Clock {
  readonly #fine: bigint;
  readonly #coarse: bigint;

  /** From a time on, in milliseconds since 1970. */
  constructor(sinceMs: number = Date.now()) {
    this.#fine = BigInt(sinceMs - CLOCK_STEP_MS) * 1_000_000n;
    this.#coarse = BigInt(sinceMs - COARSE_STEP_MS) * 1_000_000n;
  }

  /** A time to come is none of these: the clock was set back, and a further change bears another. */
  isLate(ctimeNs: bigint): boolean {
    if (ctimeNs < this.#coarse) return false;
    if (ctimeNs > BigInt(Date.now() + COARSE_STEP_MS) * 1_000_000n) return false;
    return ctimeNs >= this.#fine || isCoarse(ctimeNs);
  }
}

/** Whether a time may be one of whole seconds. */
function isCoarse(ns: bigint): boolean {
  return ns % SECOND === 0n;
}

/**
 * A look that is part of a copy: it is given each entry before its content is taken. What was changed just now is waited for, so that
 * a change after it was copied shows.
 */
export class CopySurvey {
  readonly #surveyor: Surveyor;
  readonly #cleanSinceMs: number | undefined;
  readonly #began: Clock;
  #waits = 0;

  /** `known`: for its key. `cleanSinceMs`: as of {@link survey}. */
  constructor(known: Known | undefined, cleanSinceMs?: number) {
    this.#surveyor = new Surveyor(known);
    this.#cleanSinceMs = cleanSinceMs;
    this.#began = new Clock(cleanSinceMs);
  }

  /** Adds an entry that is about to be copied. */
  add(part: PartName, entry: WalkEntry): void {
    this.#surveyor.add(part, entry, () => this.#isSettled(entry.ctimeNs));
  }

  /** What was there. */
  finish(parts: readonly LivePart[]): Pick<Survey, "key" | "entries"> {
    for (const { name, folder } of parts) this.#surveyor.addRoot(name, folder);
    return this.#surveyor.found;
  }

  #isSettled(ctimeNs: bigint): boolean {
    if (!this.#began.isLate(ctimeNs)) return true;
    if (this.#cleanSinceMs !== undefined || isCoarse(ctimeNs)) return false;
    if (!new Clock().isLate(ctimeNs)) return true;
    // One wait is enough for all that was there before. What is written all the while is not waited for.
    if (this.#waits++ >= MAX_WAITS) return false;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, CLOCK_STEP_MS + 1);
    return true;
  }
}
