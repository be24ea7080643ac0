/**
 * Finds texts in a stream of bytes, wherever it is cut, and puts others in their place.
 *
 * @module
 */

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
}

/** Replaces in one stream. Of two texts that begin at the same place the longer one counts. */
export class StreamReplacer {
  readonly #patterns: readonly Pattern[];
  /** So many bytes at the end of a piece may be the beginning of a text. */
  readonly #held: number;
  #rest: Uint8Array<ArrayBufferLike> = new Uint8Array();

  constructor(replacements: readonly Replacement[]) {
    this.#patterns = replacements.filter(({ find }) => find.length > 0)
      .map((one) => ({ ...one, at: rarest(one.find) }))
      .sort((a, b) => b.find.length - a.find.length);
    this.#held = Math.max(0, ...this.#patterns.map(({ find }) => find.length - 1));
  }

  /** What of the stream is certain with this piece. */
  push(piece: Uint8Array): Uint8Array {
    return this.#pass(joined([this.#rest, piece]), this.#held);
  }

  /** What is left at the end. */
  end(): Uint8Array {
    const all = this.#rest;
    return this.#pass(all, 0);
  }

  #pass(all: Uint8Array, held: number): Uint8Array {
    const parts: Uint8Array[] = [];
    let done = 0;
    for (;;) {
      const next = this.#next(all, done);
      // One that begins where nothing is certain yet may be the shorter one of two.
      if (!next || next.start > all.length - held - 1 && held > 0 && !isLongest(next.pattern, this.#held)) {
        break;
      }
      parts.push(all.subarray(done, next.start), next.pattern.by);
      next.pattern.found?.();
      done = next.start + next.pattern.find.length;
    }
    const certain = Math.max(done, all.length - held);
    parts.push(all.subarray(done, certain));
    this.#rest = all.slice(certain);
    return parts.length === 1 ? parts[0]! : joined(parts);
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

function isLongest({ find }: Pattern, held: number): boolean {
  return find.length === held + 1;
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

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const filled = parts.filter(({ length }) => length > 0);
  if (filled.length === 1) return filled[0]!;
  const all = new Uint8Array(filled.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of filled) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
