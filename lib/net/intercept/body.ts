/**
 * Bodies of HTTP/1.1: read by their framing, and written again.
 *
 * @module
 */

import { BadMessage, type Framing } from "./head.ts";
import type { Source } from "./source.ts";

const PIECE_BYTES = 64 * 1024;
const MAX_CHUNK_LINE = 1024;
const MAX_TRAILERS = 64;

/** A body as it comes. Trailers are left out. */
export class BodyReader {
  readonly #source: Source;
  readonly #kind: Framing["kind"];
  /** Bytes of it, or of the chunk, that are still to come. */
  #left: number;
  /** Of one in chunks: what comes next, after what is left of a chunk. */
  #next: "size" | "end of chunk" | "trailer" = "size";
  #trailers = 0;
  #ended = false;

  constructor(source: Source, framing: Framing) {
    this.#source = source;
    this.#kind = framing.kind;
    this.#left = framing.kind === "length" ? framing.bytes : framing.kind === "rest" ? Infinity : 0;
  }

  /**
   * The next piece, valid until the next call; `undefined` at the end. `waits`: called before it waits for the connection. Throws
   * {@link BadMessage} for one that is not as its framing says.
   */
  async next(waits?: () => Promise<void>): Promise<Uint8Array | undefined> {
    for (;;) {
      const piece = this.#step();
      if (piece) return piece;
      if (this.#ended) return undefined;
      await waits?.();
      if (await this.#source.more()) continue;
      if (this.#kind === "rest") return undefined;
      throw new BadMessage("the connection ended within a body");
    }
  }

  /** What can be said of what has been read. `undefined`: that it has ended, or nothing. */
  #step(): Uint8Array | undefined {
    for (;;) {
      if (this.#left > 0) {
        const piece = this.#source.take(Math.min(this.#left, PIECE_BYTES));
        if (piece) this.#left -= piece.length;
        return piece;
      }
      if (this.#kind !== "chunked") this.#ended = true;
      if (this.#ended) return undefined;
      const line = this.#line();
      if (line === undefined) return undefined;
      this.#read(line);
    }
  }

  #read(line: string): void {
    if (this.#next === "end of chunk") {
      if (line !== "") throw new BadMessage("a chunk is longer than it says");
      this.#next = "size";
    } else if (this.#next === "size") {
      const size = /^([0-9a-f]{1,12})[ \t]*(;.*)?$/i.exec(line)?.[1];
      if (size === undefined) throw new BadMessage("a chunk has no size");
      this.#left = parseInt(size, 16);
      this.#next = this.#left === 0 ? "trailer" : "end of chunk";
    } else if (line === "") this.#ended = true;
    else if (++this.#trailers > MAX_TRAILERS) throw new BadMessage("it has too many trailers");
  }

  #line(): string | undefined {
    try {
      return this.#source.takeLine(MAX_CHUNK_LINE);
    } catch (error) {
      throw new BadMessage((error as Error).message);
    }
  }
}

/** The pieces of a body, each valid until the next one. Throws as {@link BodyReader}. */
export function bodyPieces(source: Source, framing: Framing): AsyncGenerator<Uint8Array> {
  return piecesOf(new BodyReader(source, framing));
}

/** The same of one that is read otherwise. */
export async function* piecesOf(body: Pick<BodyReader, "next">): AsyncGenerator<Uint8Array> {
  for (let piece = await body.next(); piece; piece = await body.next()) yield piece;
}
