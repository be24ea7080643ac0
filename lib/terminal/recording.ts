/**
 * Recordings of a terminal, in asciicast version 2: a line of JSON for the head, then one for each event, as it comes. Whatever kills
 * the program, what was recorded until then can be played.
 *
 * Source: docs.asciinema.org/manual/asciicast/v2.
 *
 * @module
 */

import { openLength, redacted } from "./redaction.ts";
import { type Taker, writeAll } from "../host/write_all.ts";

/** What a recording begins with. */
export interface RecordingHead {
  readonly columns: number;
  readonly rows: number;
  /** Seconds since 1970. */
  readonly startedAt: number;
  readonly term: string;
}

/** Text, and when it was shown, in seconds. */
interface Piece {
  readonly at: number;
  readonly text: string;
}

/** Writes a recording, without what looks like a secret. */
export class Recorder {
  readonly #out: Taker;
  readonly #now: () => number;
  readonly #startedMs: number;
  readonly #decoder = new TextDecoder();
  /** What could still become a secret, with what follows it. */
  #pieces: Piece[] = [];
  #size: string;
  #failure: unknown;

  /** `now`: milliseconds of a clock that only goes forward. */
  constructor(out: Taker, head: RecordingHead, now: () => number = () => performance.now()) {
    this.#out = out;
    this.#now = now;
    this.#startedMs = now();
    this.#size = `${head.columns}x${head.rows}`;
    this.#line({
      version: 2,
      width: head.columns,
      height: head.rows,
      timestamp: Math.floor(head.startedAt),
      env: { TERM: head.term },
    });
  }

  /** Why the recording is not whole; `undefined` when it is. Whoever works on the terminal is not disturbed by it. */
  get failure(): unknown {
    return this.#failure;
  }

  /** What the terminal shows. */
  output(bytes: Uint8Array): void {
    this.#text(this.#decoder.decode(bytes, { stream: true }));
    this.#flush(openLength(this.#pieces.map(({ text }) => text).join("")));
  }

  /** The size that the terminal has from now on. */
  resize({ columns, rows }: { readonly columns: number; readonly rows: number }): void {
    const size = `${columns}x${rows}`;
    if (size === this.#size) return;
    this.#size = size;
    this.#flush(0);
    this.#event("r", size);
  }

  /** The end, with the exit code: as a marker, which is what this version of the format has, and as the event of later versions. */
  end(code: number): void {
    this.#text(this.#decoder.decode());
    this.#flush(0);
    this.#event("m", `exit ${code}`);
    this.#event("x", `${code}`);
  }

  #text(text: string): void {
    if (text !== "") this.#pieces.push({ at: this.#seconds(), text });
  }

  /** Writes what is kept but for its last characters. Each piece keeps its time, except for those with a secret in them. */
  #flush(kept: number): void {
    const all = this.#pieces.map(({ text }) => text).join("");
    const end = all.length - kept;
    const text = all.slice(0, end);
    const clean = redacted(text);
    const rest: Piece[] = [];
    let from = 0;
    for (const { at, text: piece } of this.#pieces) {
      const cut = Math.max(0, Math.min(piece.length, end - from));
      if (cut > 0 && clean === text) this.#event("o", piece.slice(0, cut), at);
      if (cut < piece.length) rest.push({ at, text: piece.slice(cut) });
      from += piece.length;
    }
    if (clean !== text) this.#event("o", clean, this.#pieces[0]!.at);
    this.#pieces = rest;
  }

  #seconds(): number {
    return Math.round((this.#now() - this.#startedMs) * 1000) / 1e6;
  }

  #event(kind: "o" | "r" | "m" | "x", data: string, at = this.#seconds()): void {
    this.#line([at, kind, data]);
  }

  #line(value: unknown): void {
    if (this.#failure !== undefined) return;
    const bytes = new TextEncoder().encode(`${JSON.stringify(value)}\n`);
    try {
      writeAll(this.#out, bytes);
    } catch (error) {
      this.#failure = error ?? new Error("unknown");
    }
  }
}
