/**
 * Adds entries to a box's record, whoever adds to it at the same time, and signs how far it goes now.
 *
 * What it is added to is compared with the head first. Where the two do not fit, an entry of its own says so, for good: whoever changed
 * the record does not get the change signed along.
 *
 * @module
 */

import type { Dirs } from "../host/dirs.ts";
import { FileLock } from "../host/store.ts";
import { writeAll } from "../host/write_all.ts";
import { chained, GENESIS, lineOf, type NewEntry, type Place } from "./entry.ts";
import { type Head, readHead, writeHead } from "./head.ts";
import { openSigner } from "./key.ts";
import { partName, partsOf, recordFolder, recordLock } from "./places.ts";
import { firstOf, lastOf } from "./read.ts";

/** How much is kept of a record. */
export interface RecordLimits {
  /** Bytes of a part, about. */
  readonly part: number;
  /** As many parts are kept. */
  readonly parts: number;
}

const USUAL: RecordLimits = { part: 4 * 2 ** 20, parts: 8 };

/** Why a record does not fit its head. */
export type GapReason = "missing" | "cut" | "changed" | "unsigned" | "damaged";

/** Adds entries. Throws where they cannot be kept. */
export async function appendEntries(
  dirs: Pick<Dirs, "state">,
  box: string,
  entries: readonly NewEntry[],
  limits: RecordLimits = USUAL,
): Promise<void> {
  using _lock = await FileLock.acquire(recordLock(dirs, box));
  const folder = recordFolder(dirs, box);
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  let parts = await partsOf(folder);
  // One that cannot be read is none: what is there counts as not signed.
  const head = await readHead(dirs, box).catch(() => undefined);
  const found = standing(folder, parts, head);
  let place: Place = found.place;
  let text = found.whole ? "" : "\n";
  const gap = found.gap === undefined ? [] : [gapEntry(box, found.gap, found.ended)];
  for (const one of [...gap, ...entries]) {
    const entry = await chained(place, one);
    text += lineOf(entry);
    place = entry;
  }
  const part = partFor(folder, parts, text, limits);
  using written = write(`${folder}/${partName(part)}`, text);
  if (!parts.includes(part)) parts = [...parts, part];
  const gone = parts.slice(0, Math.max(0, parts.length - limits.parts));
  // What is kept begins later from now on, and the head says so before anything goes.
  const first = gone.length === 0 && head && head.firstSeq > 0 && found.gap !== "missing"
    ? { firstSeq: head.firstSeq, firstPrev: head.firstPrev }
    : await firstKept(`${folder}/${partName(parts[gone.length]!)}`);
  const signer = await openSigner(dirs);
  await writeHead(
    dirs,
    { box, seq: place.seq, hash: place.hash, ...first, at: new Date().toISOString() },
    signer,
  );
  written.keep();
  for (const number of gone) await Deno.remove(`${folder}/${partName(number)}`);
}

interface Standing {
  readonly place: Place;
  /** It ends with a whole line. */
  readonly whole: boolean;
  readonly gap?: GapReason;
  /** The last entry that is there; 0: none. */
  readonly ended: number;
}

/** What the next entry follows. */
function standing(folder: string, parts: readonly number[], head: Head | undefined): Standing {
  const signed = head && { seq: head.seq, hash: head.hash };
  const last = parts.at(-1);
  if (last === undefined) {
    return {
      place: signed ?? { seq: 0, hash: GENESIS },
      whole: true,
      ended: 0,
      ...head ? { gap: "missing" } : {},
    };
  }
  const { entry, whole } = lastOf(`${folder}/${partName(last)}`);
  const ended = entry?.seq ?? 0;
  const at = (place: Place, gap?: GapReason): Standing => ({ place, whole, ended, ...gap ? { gap } : {} });
  if (!entry) return at(signed ?? { seq: 0, hash: GENESIS }, "damaged");
  if (!head || !signed) return at(entry, "unsigned");
  if (entry.seq < head.seq) return at(signed, "cut");
  if (entry.seq === head.seq && entry.hash !== head.hash) return at(signed, "changed");
  // A process that is killed leaves what it had written and not signed: no fault, but nothing that was signed either.
  return entry.seq > head.seq ? at(entry, "unsigned") : at(entry, whole ? undefined : "damaged");
}

function gapEntry(box: string, why: GapReason, ended: number): NewEntry {
  return { at: new Date().toISOString(), box, kind: "gap", by: "host", data: { why, ended } };
}

/** The part for a text. Never one of several lines that stands in two. */
function partFor(folder: string, parts: readonly number[], text: string, { part }: RecordLimits): number {
  const last = parts.at(-1);
  if (last === undefined) return 1;
  const { size } = Deno.statSync(`${folder}/${partName(last)}`);
  return size > 0 && size + text.length > part ? last + 1 : last;
}

/** Adds a text. It is taken back unless it is kept: a full disk must not look like somebody's work on the record. */
function write(path: string, text: string): Disposable & { keep(): void } {
  const file = Deno.openSync(path, { append: true, create: true, mode: 0o600 });
  const { size } = file.statSync();
  let kept = false;
  const written = {
    keep: () => void (kept = true),
    [Symbol.dispose]: () => {
      if (!kept && size > 0) file.truncateSync(size);
      else if (!kept) Deno.removeSync(path);
      file.close();
    },
  };
  try {
    writeAll(file, new TextEncoder().encode(text));
    return written;
  } catch (error) {
    written[Symbol.dispose]();
    throw error;
  }
}

async function firstKept(path: string): Promise<Pick<Head, "firstSeq" | "firstPrev">> {
  const first = await firstOf(path);
  return first ? { firstSeq: first.seq, firstPrev: first.prev } : { firstSeq: 1, firstPrev: GENESIS };
}
