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

/** The pieces of a body. Throws {@link BadMessage} for one that is not as its framing says. Trailers are left out. */
export async function* bodyPieces(source: Source, framing: Framing): AsyncGenerator<Uint8Array> {
  if (framing.kind === "none") return;
  if (framing.kind === "length") return yield* exactly(source, framing.bytes);
  if (framing.kind === "rest") {
    for (let piece = await source.some(PIECE_BYTES); piece; piece = await source.some(PIECE_BYTES)) {
      yield piece;
    }
    return;
  }
  for (;;) {
    const line = await chunkLine(source);
    const size = /^([0-9a-f]{1,12})[ \t]*(;.*)?$/i.exec(line)?.[1];
    if (size === undefined) throw new BadMessage("a chunk has no size");
    const bytes = parseInt(size, 16);
    if (bytes === 0) break;
    yield* exactly(source, bytes);
    if (await chunkLine(source) !== "") throw new BadMessage("a chunk is longer than it says");
  }
  for (let lines = 0; await chunkLine(source) !== "";) {
    if (++lines > MAX_TRAILERS) throw new BadMessage("it has too many trailers");
  }
}

/** A piece of a body as it is sent on. */
export function framed(piece: Uint8Array, { kind }: Framing): readonly Uint8Array[] {
  if (piece.length === 0) return [];
  return kind === "chunked" ? [bytesOf(`${piece.length.toString(16)}\r\n`), piece, CRLF] : [piece];
}

/** What ends a body as it is sent on. */
export function frameEnd({ kind }: Framing): readonly Uint8Array[] {
  return kind === "chunked" ? [bytesOf("0\r\n\r\n")] : [];
}

async function* exactly(source: Source, bytes: number): AsyncGenerator<Uint8Array> {
  for (let left = bytes; left > 0;) {
    const piece = await source.some(Math.min(left, PIECE_BYTES));
    if (!piece) throw new BadMessage("the connection ended within a body");
    left -= piece.length;
    yield piece;
  }
}

async function chunkLine(source: Source): Promise<string> {
  try {
    const line = await source.line(MAX_CHUNK_LINE);
    if (line !== undefined) return line;
  } catch (error) {
    throw new BadMessage((error as Error).message);
  }
  throw new BadMessage("the connection ended within a body");
}
