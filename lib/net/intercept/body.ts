/**
 * Bodies of HTTP/1.1: read by their framing, and written again.
 *
 * @module
 */

import { BadMessage, type Framing } from "./head.ts";
import { bytesOf, type Source } from "./source.ts";

const PIECE_BYTES = 64 * 1024;
const MAX_CHUNK_LINE = 1024;
const MAX_TRAILERS = 64;
const CRLF = bytesOf("\r\n");
const LAST_CHUNK = bytesOf("0\r\n\r\n");

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
export async function* bodyPieces(source: Source, framing: Framing): AsyncGenerator<Uint8Array> {
  const reader = new BodyReader(source, framing);
  for (let piece = await reader.next(); piece; piece = await reader.next()) yield piece;
}

/** Writes a body, by its framing. */
export class BodyWriter {
  readonly #write: (bytes: Uint8Array) => Promise<void>;
  readonly #chunks: Chunk | undefined;

  constructor({ kind }: Framing, write: (bytes: Uint8Array) => Promise<void>) {
    this.#write = write;
    this.#chunks = kind === "chunked" ? new Chunk() : undefined;
  }

  /** Writes a piece, which may be used again once this resolves; in chunks no later than {@link flush}. */
  async add(piece: Uint8Array): Promise<void> {
    if (!this.#chunks) return piece.length === 0 ? undefined : await this.#write(piece);
    for (let at = 0; at < piece.length;) {
      at += this.#chunks.add(at === 0 ? piece : piece.subarray(at));
      if (at < piece.length) await this.flush();
    }
  }

  /** Writes what is not written yet. */
  async flush(): Promise<void> {
    const chunk = this.#chunks?.taken();
    if (chunk) await this.#write(chunk);
  }

  /** Writes the rest, and what ends it. */
  async end(): Promise<void> {
    await this.flush();
    if (this.#chunks) await this.#write(LAST_CHUNK);
  }
}

/** Most bytes of a chunk, and with how few it begins. */
const MOST_BYTES = 32 * 1024;
const LEAST_BYTES = 4 * 1024;
/** The line with its size. */
const LINE_BYTES = "8000\r\n".length;

/** One chunk, which small pieces fill together. */
class Chunk {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array();
  #length = 0;

  /** Takes as much of a piece as fits; how many bytes. */
  add(piece: Uint8Array): number {
    const length = Math.min(this.#length + piece.length, MOST_BYTES);
    const size = LINE_BYTES + length + CRLF.length;
    if (size > this.#bytes.length) {
      const larger = new Uint8Array(Math.min(
        Math.max(2 * size, LEAST_BYTES),
        LINE_BYTES + MOST_BYTES + CRLF.length,
      ));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    const count = length - this.#length;
    this.#bytes.set(count === piece.length ? piece : piece.subarray(0, count), LINE_BYTES + this.#length);
    this.#length = length;
    return count;
  }

  /** It as it is written, valid until more is added; `undefined` where it is empty. */
  taken(): Uint8Array | undefined {
    const length = this.#length;
    if (length === 0) return undefined;
    this.#length = 0;
    const line = bytesOf(`${length.toString(16)}\r\n`);
    this.#bytes.set(line, LINE_BYTES - line.length);
    this.#bytes.set(CRLF, LINE_BYTES + length);
    return this.#bytes.subarray(LINE_BYTES - line.length, LINE_BYTES + length + CRLF.length);
  }
}
