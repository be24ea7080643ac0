/**
 * Finds texts in a stream of bytes, wherever it is cut, and puts others in their place.
 *
 * @module
 */

import { joined } from "../../host/bytes.ts";

/** What is looked for, and what comes in its place. */
export interface Replacement {
  readonly find: Uint8Array;
  readonly by: Uint8Array;
  /** Called each time it is found. */
  readonly found?: () => void;
}

interface Pattern extends Replacement {
  /** Where in `find` the byte stands that is looked for first: the one that is least usual in texts. */
  readonly at: number;
  /** For each beginning of `find`, by its last byte: how long the longest shorter one is with which it ends. */
  readonly shorter: Int32Array;
}

/** Replaces in one stream. Of two texts that begin at the same place the longer one counts. */
export class StreamReplacer {
  readonly #patterns: readonly Pattern[];
  #rest: Uint8Array<ArrayBufferLike> = new Uint8Array();

  constructor(replacements: readonly Replacement[]) {
    this.#patterns = replacements.filter(({ find }) => find.length > 0)
      .map((one) => ({ ...one, at: rarest(one.find), shorter: shorterBeginnings(one.find) }))
      .sort((a, b) => b.find.length - a.find.length);
  }

  /** What of the stream is certain with this piece: all but what at its end may be the beginning of a text. */
  push(piece: Uint8Array): Uint8Array {
    return this.#pass(
      this.#rest.length === 0 ? piece : joined(this.#rest, piece),
      (all, from) => this.#openAt(all, from),
    );
  }

  /** What is left at the end. */
  end(): Uint8Array {
    const all = this.#rest;
    return this.#pass(all, () => all.length);
  }

  #pass(all: Uint8Array, openAt: (all: Uint8Array, from: number) => number): Uint8Array {
    const parts: Uint8Array[] = [];
    let done = 0;
    let certain = openAt(all, done);
    for (;;) {
      const next = this.#next(all, done);
      // One that begins where nothing is certain yet may be the shorter one of two.
      if (!next || next.start >= certain) break;
      parts.push(all.subarray(done, next.start), next.pattern.by);
      next.pattern.found?.();
      done = next.start + next.pattern.find.length;
      if (done > certain) certain = openAt(all, done);
    }
    parts.push(all.subarray(done, certain));
    this.#rest = all.slice(certain);
    return parts.length === 1 ? parts[0]! : joined(...parts);
  }

  /** Where the longest end of these bytes begins with which a text may begin. */
  #openAt(all: Uint8Array, from: number): number {
    let open = 0;
    for (const { find, shorter } of this.#patterns) {
      let same = 0;
      for (let at = Math.max(from, all.length - find.length + 1); at < all.length; at++) {
        while (same > 0 && find[same] !== all[at]) same = shorter[same - 1]!;
        if (find[same] === all[at]) same++;
      }
      open = Math.max(open, same);
    }
    return all.length - open;
  }

  #next(all: Uint8Array, from: number): { start: number; pattern: Pattern } | undefined {
    let best: { start: number; pattern: Pattern } | undefined;
    for (const pattern of this.#patterns) {
      const start = find(all, pattern, from);
      if (start >= 0 && (!best || start < best.start)) best = { start, pattern };
    }
    return best;
  }
}

function shorterBeginnings(find: Uint8Array): Int32Array {
  const shorter = new Int32Array(find.length);
  for (let at = 1, same = 0; at < find.length; at++) {
    while (same > 0 && find[same] !== find[at]) same = shorter[same - 1]!;
    if (find[same] === find[at]) same++;
    shorter[at] = same;
  }
  return shorter;
}

function find(all: Uint8Array, { find: wanted, at }: Pattern, from: number): number {
  const rare = wanted[at]!;
  for (let pivot = all.indexOf(rare, from + at); pivot >= 0; pivot = all.indexOf(rare, pivot + 1)) {
    const start = pivot - at;
    if (start + wanted.length > all.length) return -1;
    let same = 0;
    while (same < wanted.length && all[start + same] === wanted[same]) same++;
    if (same === wanted.length) return start;
  }
  return -1;
}

/** In texts small letters and spaces are usual, digits and capitals less so, and all else is rare. */
function rarest(bytes: Uint8Array): number {
  const usual = (byte: number) =>
    byte === 32 || byte >= 97 && byte <= 122
      ? 2
      : byte >= 48 && byte <= 57 || byte >= 65 && byte <= 90
      ? 1
      : 0;
  let best = 0;
  for (let at = 1; at < bytes.length; at++) if (usual(bytes[at]!) < usual(bytes[best]!)) best = at;
  return best;
}
