/**
 * Whose C library a program of this host is made for: what it names as its loader.
 *
 * @module
 */

import type { ImageFacts } from "../spec/image_facts.ts";

/** A loader's path stands near the beginning. */
const HEAD_BYTES = 4096;
const PROGRAM_HEADERS = 0x20;
const HEADER_SIZE = 0x36;
const INTERPRETER = 3;

/** Whose C library a program needs; `other` for one that needs none, is a script, or cannot be read. Both architectures of ours have 64 bits. */
export function libcOf(path: string): ImageFacts["libc"] {
  const loader = loaderOf(head(path));
  if (loader === undefined) return "other";
  if (/\/ld-musl-/.test(loader)) return "musl";
  return /\/ld-linux/.test(loader) ? "glibc" : "other";
}

function head(path: string): Uint8Array {
  try {
    using file = Deno.openSync(path);
    const bytes = new Uint8Array(HEAD_BYTES);
    return bytes.subarray(0, file.readSync(bytes) ?? 0);
  } catch {
    return new Uint8Array();
  }
}

/** The loader that an ELF file of 64 bits, least byte first, names. Source: elf(5). */
function loaderOf(bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isElf = bytes.length >= 64 && view.getUint32(0) === 0x7f454c46 && bytes[4] === 2 && bytes[5] === 1;
  if (!isElf) return undefined;
  const at = Number(view.getBigUint64(PROGRAM_HEADERS, true));
  const size = view.getUint16(HEADER_SIZE, true);
  const count = view.getUint16(HEADER_SIZE + 2, true);
  for (let header = at, left = count; left > 0 && header + 0x38 <= bytes.length; header += size, left--) {
    if (view.getUint32(header, true) !== INTERPRETER) continue;
    const from = Number(view.getBigUint64(header + 8, true));
    const length = Number(view.getBigUint64(header + 0x20, true));
    return new TextDecoder().decode(bytes.subarray(from, from + length)).replace(/\0.*$/s, "");
  }
  return undefined;
}
