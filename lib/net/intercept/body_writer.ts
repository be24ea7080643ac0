/**
 * Bodies of HTTP/1.1 as they are sent on, with texts in them replaced.
 *
 * @module
 */

import type { BodyReader } from "./body.ts";
import type { Framing } from "./head.ts";
import type { StreamReplacer } from "./replace.ts";
import { bytesOf } from "./source.ts";

/** Most bytes of a chunk, and with how few its buffer begins. */
const MOST_BYTES = 64 * 1024;
const LEAST_BYTES = 2 * 1024;
const CRLF = bytesOf("\r\n");
const LAST_CHUNK = bytesOf("0\r\n\r\n");
/** The line with the size of a chunk. */
const LINE_BYTES = "10000\r\n".length;

/** What is done with a body on its way. */
export interface PassOptions {
  readonly replacer?: StreamReplacer | undefined;
  /** So many bytes at once have texts replaced. */
  readonly slice?: number;
  /** Called with how many bytes are passed on, without their framing. */
  readonly passed: (bytes: number) => void;
}

/** Passes a body on. Nothing of it waits for what has not come yet, but for what may be the beginning of a text that is replaced. */
export async function passBody(
  body: Pick<BodyReader, "next">,
  writer: BodyWriter,
  { replacer, slice = Infinity, passed }: PassOptions,
): Promise<void> {
  const put = (piece: Uint8Array) => {
    passed(piece.length);
    return writer.add(piece);
  };
  const flush = () => writer.flush();
  for (let piece = await body.next(flush); piece; piece = await body.next(flush)) {
    if (!replacer) await put(piece);
    else if (piece.length <= slice) await put(replacer.push(piece));
    else {for (let at = 0; at < piece.length; at += slice) {
        await put(replacer.push(piece.subarray(at, at + slice)));
      }}
  }
  if (replacer) await put(replacer.end());
  await writer.end();
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
