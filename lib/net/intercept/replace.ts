/**
 * Finds texts in a stream of bytes, wherever it is cut, and puts others in their place. What looks through bytes is the runtime's own
 * search in texts: the process that does this runs no compiled JavaScript.
 *
 * @module
 */

import { joined } from "../../host/bytes.ts";
import { latin1 } from "./source.ts";

/** What is looked for, and what comes in its place. */
export interface Replacement {
  readonly find: Uint8Array;
  readonly by: Uint8Array;
  /** Called each time it is found. */
  readonly found?: () => void;
}

interface Pattern extends Replacement {
  readonly text: string;
}

const NOTHING: Uint8Array = new Uint8Array();

/** Replaces in one stream. Of two texts that begin at the same place the longer one counts. */
export class StreamReplacer {
  readonly #patterns: readonly Pattern[];
  #rest: Uint8Array = NOTHING;

  constructor(replacements: readonly Replacement[]) {
    this.#patterns = replacements.filter(({ find }) => find.length > 0)
      .map(({ find, by, found }) => ({ find, by, text: latin1(find), ...(found ? { found } : {}) }))
      .sort((a, b) => b.find.length - a.find.length);
  }

  /** What of the stream is certain with this piece: all but what at its end may be the beginning of a text. Bytes of the piece itself where nothing is replaced. */
  push(piece: Uint8Array): Uint8Array {
    return this.#pass(this.#rest.length === 0 ? piece : joined(this.#rest, piece), false);
  }

  /** Whether the end of what came is kept, as it may be the beginning of a text. */
  get isWaiting(): boolean {
    return this.#rest.length > 0;
  }

  /** What is left at the end, or where no more is waited for. */
  end(): Uint8Array {
    return this.#pass(this.#rest, true);
  }

  #pass(all: Uint8Array, last: boolean): Uint8Array {
    const text = latin1(all);
    const openAt = (from: number) => last ? all.length : this.#openAt(text, from);
    const hits = new Hits(this.#patterns, text);
    const parts: Uint8Array[] = [];
    let done = 0;
    let certain = openAt(done);
    for (;;) {
      const next = hits.next(done);
      // One that begins where nothing is certain yet may be the shorter one of two.
      if (!next || next.start >= certain) break;
      parts.push(all.subarray(done, next.start), next.pattern.by);
      next.pattern.found?.();
      done = next.start + next.pattern.text.length;
      if (done > certain) certain = openAt(done);
    }
    this.#rest = certain === all.length ? NOTHING : all.slice(certain);
    if (parts.length === 0) return certain === all.length ? all : all.subarray(0, certain);
    return joined(...parts, all.subarray(done, certain));
  }

  /** Where the longest end of this text begins with which a text that is looked for may begin. */
  #openAt(all: string, from: number): number {
    let open = 0;
    for (const { text } of this.#patterns) open = Math.max(open, beginningAtEnd(all, text, from));
    return all.length - open;
  }
}

/** Where the texts are: each is looked for once, as long as it is not where another one was. */
class Hits {
  readonly #patterns: readonly Pattern[];
  readonly #all: string;
  /** Of each; -1: it is not there. */
  readonly #starts: number[];

  constructor(patterns: readonly Pattern[], all: string) {
    this.#patterns = patterns;
    this.#all = all;
    this.#starts = patterns.map(({ text }) => all.indexOf(text));
  }

  /** The first one from here on. */
  next(from: number): { start: number; pattern: Pattern } | undefined {
    let best = -1;
    for (const [at, pattern] of this.#patterns.entries()) {
      const before = this.#starts[at]!;
      if (before < 0) continue;
      const start = before < from ? this.#all.indexOf(pattern.text, from) : before;
      this.#starts[at] = start;
      if (start >= 0 && (best < 0 || start < this.#starts[best]!)) best = at;
    }
    return best < 0 ? undefined : { start: this.#starts[best]!, pattern: this.#patterns[best]! };
  }
}

/** So many characters are looked for first. */
const PROBE = 4;
/** So often is compared what follows them. */
const MAX_TRIES = 32;

/** How long the longest end of a text is, from a place on, that is a beginning of another one, and not all of it. */
function beginningAtEnd(all: string, wanted: string, from: number): number {
  const probe = wanted.slice(0, PROBE);
  let at = Math.max(from, all.length - wanted.length + 1);
  const last = Math.max(at, all.length - PROBE + 1);
  for (let tries = 0;; tries++, at++) {
    at = all.indexOf(probe, at);
    if (at < 0) break;
    // Somebody who knows how it begins may say that again and again.
    if (tries === MAX_TRIES) return byTable(all.slice(at), wanted);
    if (wanted.startsWith(all.slice(at))) return all.length - at;
  }
  for (at = last; at < all.length; at++) if (wanted.startsWith(all.slice(at))) return all.length - at;
  return 0;
}

/** As {@link beginningAtEnd}, in a time that nothing in the text makes longer. */
function byTable(all: string, wanted: string): number {
  const shorter = shorterBeginnings(wanted);
  let same = 0;
  for (const character of all) {
    while (same > 0 && wanted[same] !== character) same = shorter[same - 1]!;
    if (wanted[same] === character) same++;
  }
  return same;
}

/** For each beginning of a text, by its last character: how long the longest shorter one is with which it ends. */
function shorterBeginnings(text: string): Int32Array {
  const shorter = new Int32Array(text.length);
  for (let at = 1, same = 0; at < text.length; at++) {
    while (same > 0 && text[same] !== text[at]) same = shorter[same - 1]!;
    if (text[same] === text[at]) same++;
    shorter[at] = same;
  }
  return shorter;
}
