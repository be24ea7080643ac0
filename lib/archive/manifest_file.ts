/**
 * The manifest while an archive is written: in a file without a name, so that a million members take no memory.
 *
 * @module
 */

import { MANIFEST_HEADER, type ManifestEntry, manifestLine } from "./manifest.ts";
import { writeAll } from "../host/write_all.ts";

/** Lines are kept up to this length before they are written, and read back in such pieces. */
const PIECE = 64 * 1024;

/** Collects lines, then gives them back. */
export class ManifestFile implements Disposable {
  readonly #file: Deno.FsFile;
  #lines = `${MANIFEST_HEADER}\n`;
  #size = 0;

  /** `path` must not exist, and does not when this returns. */
  constructor(path: string) {
    this.#file = Deno.openSync(path, { read: true, write: true, createNew: true, mode: 0o600 });
    Deno.removeSync(path);
  }

  /** Adds a member. */
  add(entry: ManifestEntry): void {
    this.#lines += `${manifestLine(entry)}\n`;
    if (this.#lines.length >= PIECE) this.#write();
  }

  /** The length of all lines in bytes. */
  get size(): number {
    this.#write();
    return this.#size;
  }

  /** All lines, in pieces. */
  *pieces(): Generator<Uint8Array> {
    this.#write();
    this.#file.seekSync(0, Deno.SeekMode.Start);
    const piece = new Uint8Array(PIECE);
    for (let length = this.#file.readSync(piece); length !== null; length = this.#file.readSync(piece)) {
      yield piece.subarray(0, length);
    }
  }

  /** Forgets it. */
  [Symbol.dispose](): void {
    this.#file.close();
  }

  #write(): void {
    const bytes = new TextEncoder().encode(this.#lines);
    writeAll(this.#file, bytes);
    this.#size += bytes.length;
    this.#lines = "";
  }
}
