/**
 * A file of lines that is added to, of bounded size: what is full takes the place of an older half.
 *
 * @module
 */

import { writeAll } from "./write_all.ts";

/** The older half of such a file. */
export function olderFile(path: string): string {
  return `${path}.1`;
}

/** A file that is added to. Closing it lets go of its handle. */
export class RotatedFile implements Disposable {
  readonly #path: string;
  readonly #most: number;
  readonly #mode: number;
  #file: Deno.FsFile | undefined;
  #size = 0;

  /** `most`: bytes of each half. `mode`: its permission bits, less the umask. */
  constructor(path: string, { most, mode }: { readonly most: number; readonly mode: number }) {
    this.#path = path;
    this.#most = most;
    this.#mode = mode;
  }

  /** Adds whole lines. Throws where they cannot be written; the next call opens the file again. */
  write(lines: string): void {
    const bytes = new TextEncoder().encode(lines);
    try {
      const file = this.#opened(bytes.length);
      writeAll(file, bytes);
      this.#size += bytes.length;
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#file?.close();
    this.#file = undefined;
  }

  /** The file, with room for so many bytes. */
  #opened(bytes: number): Deno.FsFile {
    if (this.#file && this.#size + bytes > this.#most) {
      this[Symbol.dispose]();
      Deno.renameSync(this.#path, olderFile(this.#path));
    }
    if (!this.#file) {
      this.#file = Deno.openSync(this.#path, { append: true, create: true, mode: this.#mode });
      this.#size = this.#file.statSync().size;
    }
    return this.#file;
  }
}
