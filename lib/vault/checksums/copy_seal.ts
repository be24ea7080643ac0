/**
 * The checksums of a snapshot, made while it is copied. A file that was copied brings its checksum along; one that is linked to the
 * last snapshot takes the checksum from there. If one is missing, all are made later, by reading.
 *
 * @module
 */

import { nameText } from "../../host/tree/raw_name.ts";
import type { CopiedFile } from "../../host/tree/copy.ts";
import type { Folder } from "../../host/tree/folder.ts";
import { Inherited, ManifestWriter } from "./manifest.ts";
import type { PartName } from "../record.ts";
import type { Take } from "../strategy/strategy.ts";

/** Writes down what a sorted copy made. */
export class CopySeal implements Disposable {
  readonly #out: ManifestWriter;
  readonly #last: Folder | undefined;
  #part: PartName = "content";
  #known: Inherited | undefined;
  #isWhole = true;
  /** Checksums of linked files that have several names here, by their inodes. */
  readonly #linked = new Map<string, string>();

  private constructor(into: Folder, last: Folder | undefined) {
    this.#out = new ManifestWriter(into);
    this.#last = last;
  }

  /** For a snapshot and the one before it. Nothing between file systems, of which one may round times. */
  static begin({ into, parts }: Take, last: Folder | undefined): CopySeal | undefined {
    const { dev } = into.self();
    return parts.every(({ folder }) => folder.self().dev === dev) ? new CopySeal(into, last) : undefined;
  }

  /** What comes now is of this part. */
  part(name: PartName): void {
    this.#known?.[Symbol.dispose]();
    this.#part = name;
    this.#known = Inherited.from(this.#last, name);
  }

  /** Writes down one thing. */
  add({ entry, kind, size, mode, mtimeNs, linkTarget, sum, ino, how }: CopiedFile): void {
    if (!this.#isWhole) return;
    const path = nameText(entry.pathBytes);
    const mtime = String(mtimeNs);
    const line = { part: this.#part, path, kind, size: kind === "file" ? size : 0, mode, mtime };
    if (kind !== "file") {
      return this.#out.add(linkTarget ? { ...line, target: nameText(linkTarget) } : line);
    }
    const sha256 = sum ??
      (how === "linked" ? this.#inherited(path, size, mtime) : this.#linked.get(`${ino}`));
    // Its further names come without one; by their own paths they may have been other files then.
    if (how === "linked" && entry.nlink > 1 && sha256 !== undefined) this.#linked.set(`${ino}`, sha256);
    if (sha256 === undefined) this.#isWhole = false;
    else this.#out.add({ ...line, ...(ino === undefined ? {} : { ino: String(ino) }), sha256 });
  }

  /** Gives the snapshot its checksums, if there are all. */
  finish(): void {
    if (this.#isWhole) this.#out.finish();
  }

  /** Lets go. */
  [Symbol.dispose](): void {
    this.#known?.[Symbol.dispose]();
    this.#out[Symbol.dispose]();
  }

  #inherited(path: string, size: number, mtime: string): string | undefined {
    const line = this.#known?.lineOf(path);
    return line?.size === size && line.mtime === mtime ? line.sha256 : undefined;
  }
}
