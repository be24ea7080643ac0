/**
 * Writes down what is in a folder while it is made: what helps later to tell what a helper changed, and what its parent did.
 *
 * @module
 */

import type { CopiedFile } from "../../host/tree/copy.ts";
import type { ContentSums } from "../../host/tree/copy_content.ts";
import { type Folder, openFolder } from "../../host/tree/folder.ts";
import { sha256Sums } from "../../host/tree/hash.ts";
import { nameText } from "../../host/tree/raw_name.ts";
import type { Kind, WalkEntry } from "../../host/tree/walk.ts";
import { linesOf, ManifestWriter } from "../../vault/checksums/manifest.ts";
import { isGits } from "./left_out.ts";

/** A file that is longer gets no checksum: nobody waits for its reading. In bytes. */
const LONGEST = 16 * 2 ** 20;
/** Nor does one after so much was read. In bytes. */
const MOST_READ = 512 * 2 ** 20;

/** Collects the lines of one folder. */
export class ForkWriter implements Disposable {
  readonly #folder: Folder;
  readonly #out: ManifestWriter;
  #left = MOST_READ;
  #isGits = false;

  /** `record`: an empty folder of ours. */
  constructor(record: string) {
    this.#folder = openFolder(record);
    this.#out = new ManifestWriter(this.#folder);
  }

  [Symbol.dispose](): void {
    this.#out[Symbol.dispose]();
    this.#folder[Symbol.dispose]();
  }

  /** All lines are there. */
  finish(): void {
    this.#out.finish();
  }

  /**
   * For a copy: the checksums that it makes on its way, of what passes through its hands. What shares its blocks with the original is not
   * read: of that, times have to say whether the parent changed it since.
   */
  readonly sums: ContentSums = {
    bytes: (content) => this.#isGits ? "" : sha256Sums.bytes(content),
    file: () => "",
  };

  /** For a copy: what comes next. */
  meet(entry: WalkEntry): void {
    // Folders are met before what is in them, and nothing else in between that is not git's.
    this.#isGits = isBelowGits(entry);
  }

  /** For a copy: what was made. */
  add({ entry, kind, size, mode, mtimeNs, linkTarget, sum }: CopiedFile): void {
    if (this.#isGits) return;
    this.#out.add({
      part: "content",
      path: nameText(entry.pathBytes),
      kind,
      size: kind === "file" ? size : 0,
      mode,
      mtime: String(mtimeNs),
      ...(linkTarget ? { target: nameText(linkTarget) } : {}),
      ...(sum ? { sha256: sum } : {}),
    });
  }

  /** What is in a folder already; `content`: with checksums, which takes reading it. */
  read(folder: Folder, { content }: { readonly content: boolean }): void {
    const exclude = (path: string, _kind: Kind) => isGits(path);
    const sumOf = ({ size }: WalkEntry) => content && this.#mayRead(size) ? undefined : "";
    for (
      const { sha256, ...line } of linesOf({ name: "content", folder, exclude }, sumOf, undefined, () => {})
    ) {
      if (line.kind !== "other") this.#out.add({ ...line, ...(sha256 ? { sha256 } : {}) });
    }
  }

  #mayRead(size: number): boolean {
    if (size > LONGEST || size > this.#left) return false;
    this.#left -= size;
    return true;
  }
}

function isBelowGits(entry: WalkEntry): boolean {
  for (let at: WalkEntry | undefined = entry; at?.parent; at = at.parent) {
    if (at.name.length === 5 && isGits(new TextDecoder().decode(at.name.subarray(0, -1)))) return true;
  }
  return false;
}
