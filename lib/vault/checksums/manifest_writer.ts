/**
 * Writing the checksums of a snapshot: whole or not at all.
 *
 * @module
 */

import type { Folder } from "../../host/tree/folder.ts";
import type { PartName } from "../record.ts";
import { writeAll } from "../../host/write_all.ts";

/** The name of the file in a snapshot's folder. */
export const FILE = "manifest.jsonl";
/** Its first line. */
export const HEADER = `{"kanibako-snapshot":1}`;
/** Characters that are collected before they are written. */
const PIECE = 256 * 1024;

/** One entry of a snapshot. */
export interface ManifestLine {
  readonly part: PartName;
  /** Bytes that are not UTF-8 as `raw_name.ts` writes them. */
  readonly path: string;
  readonly kind: string;
  readonly size: number;
  readonly mode: number;
  /** Nanoseconds since 1970. */
  readonly mtime: string;
  /** The inode's number, by which an unchanged file is known in the next snapshot. Absent where nobody asked. */
  readonly ino?: string | undefined;
  readonly target?: string | undefined;
  readonly sha256?: string | undefined;
}

/** Whether a snapshot has its checksums. */
export function isSealed(folder: Folder): boolean {
  return folder.info(FILE)?.kind === "file";
}

/** Collects lines in a file that gets its name when all are there. */
export class ManifestWriter implements Disposable {
  readonly #path: string;
  readonly #temporary: string;
  readonly #file: Deno.FsFile;
  #lines: string[] = [HEADER, "\n"];
  #length = 0;
  #isFinished = false;

  /** For a snapshot's folder. */
  constructor(folder: Folder) {
    this.#path = `${folder.path}/${FILE}`;
    // Of its own each time: two calls may be at work on the same snapshot. And new, for where the vault is in a workspace a
    // clone may have brought a link of any name along.
    this.#temporary = `${this.#path}.${crypto.randomUUID()}`;
    this.#file = Deno.openSync(this.#temporary, { write: true, createNew: true, mode: 0o600 });
  }

  /** Adds an entry. They come in the order of a sorted walk. */
  add(line: ManifestLine): void {
    const text = JSON.stringify(line);
    this.#lines.push(text, "\n");
    this.#length += text.length;
    if (this.#length > PIECE) this.#write();
  }

  /** Gives the file its name. */
  finish(): void {
    this.#write();
    this.#file.syncDataSync();
    Deno.renameSync(this.#temporary, this.#path);
    this.#isFinished = true;
  }

  /** Lets go. What was not finished is removed. */
  [Symbol.dispose](): void {
    this.#file.close();
    if (this.#isFinished) return;
    try {
      Deno.removeSync(this.#temporary);
    } catch { /* the whole snapshot was removed */ }
  }

  #write(): void {
    const bytes = new TextEncoder().encode(this.#lines.join(""));
    writeAll(this.#file, bytes);
    this.#lines = [];
    this.#length = 0;
  }
}
