/**
 * What a child says, as it comes in pieces: from a pipe or a stream, and as a text of bounded length.
 *
 * @module
 */

/** Bytes that come one piece after the other. */
export type Bytes = AsyncIterable<Uint8Array<ArrayBuffer>, void>;

const PIECE_BYTES = 64 * 1024;

/** What is read of a pipe. Closes it at its end. */
export async function* piecesOf(file: Deno.FsFile): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  using pipe = file;
  const buffer = new Uint8Array(PIECE_BYTES);
  for (let count = await pipe.read(buffer); count !== null; count = await pipe.read(buffer)) {
    yield buffer.slice(0, count);
  }
}

/** A stream, and how to end a read that waits. */
export function readerOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): { pieces: Bytes; cancel(): void } {
  const reader = stream.getReader();
  async function* pieces(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  }
  return { pieces: pieces(), cancel: () => void reader.cancel().catch(() => {}) };
}

/**
 * Reads to the end, as text that is decoded leniently. `limit`: characters that are kept, half from the beginning and half from the end.
 * `report`: called with each piece.
 */
export async function collect(
  stream: Bytes,
  limit: number,
  report?: (text: string) => void,
): Promise<string> {
  const decoder = new TextDecoder();
  let head = "";
  let tail = "";
  for await (const chunk of stream) {
    const text = decoder.decode(chunk, { stream: true });
    report?.(text);
    const room = limit / 2 - head.length;
    head += text.slice(0, Math.max(0, room));
    tail = (tail + text.slice(Math.max(0, room))).slice(-limit / 2);
  }
  return head + tail;
}
