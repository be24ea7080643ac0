/**
 * Messages that are read or written as a whole: small ones.
 *
 * @module
 */

import { joined } from "../../host/bytes.ts";
import { BadMessage } from "./head.ts";
import type { RenewalText } from "./renewal.ts";
import { type Replacement, StreamReplacer } from "./replace.ts";
import { bytesOf } from "./source.ts";

const MAX_BYTES = 256 * 1024;

/** Bodies up to here can have values put in whose length was said before. */
export const MAX_CHANGED = 1024 * 1024;
/** Most bytes that such a body has with the values in it: a value may be long, and be in it often. */
const MAX_FILLED = 8 * MAX_CHANGED;
/** So much of a body at once has values put in. */
export const SLICE = 4096;

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  405: "Method Not Allowed",
  413: "Content Too Large",
  421: "Misdirected Request",
  431: "Request Header Fields Too Large",
  502: "Bad Gateway",
  505: "HTTP Version Not Supported",
};

/** A body as text. Throws for a long one. */
export async function wholeText(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > MAX_BYTES) throw new BadMessage("the body is too long", 413);
    parts.push(piece.slice());
  }
  return await new Blob(parts as BlobPart[]).text();
}

/** A body whose length was said before, with values in it. Throws for a long one. */
export async function filledBody(
  pieces: AsyncIterable<Uint8Array>,
  replacer: StreamReplacer,
  length: number,
): Promise<Uint8Array> {
  if (length > MAX_CHANGED) {
    throw new BadMessage("the body is too long to have a secret put in; send it in chunks", 413);
  }
  const parts: Uint8Array[] = [];
  let filled = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; at += SLICE) {
      const part = replacer.push(piece.subarray(at, at + SLICE));
      filled += part.length;
      if (filled > MAX_FILLED) throw new BadMessage("the body is too long with the secrets in it", 413);
      parts.push(part);
    }
  }
  parts.push(replacer.end());
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

/** An answer as it is sent. `last`: nothing follows it. */
export function wholeAnswer({ status, type, body }: RenewalText, last = false): Uint8Array {
  const bytes = new TextEncoder().encode(body);
  const head = [
    `HTTP/1.1 ${status} ${REASONS[status] ?? "Refused"}`,
    `Content-Type: ${type}`,
    `Content-Length: ${bytes.length}`,
    ...(last ? ["Connection: close"] : []),
  ].join("\r\n");
  return joined(bytesOf(`${head}\r\n\r\n`), bytes);
}

/** Bytes with texts in them replaced. */
export function replacedOnce(replacements: readonly Replacement[], bytes: Uint8Array): Uint8Array {
  const replacer = new StreamReplacer(replacements);
  return joined(replacer.push(bytes).slice(), replacer.end());
}
