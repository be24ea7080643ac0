/**
 * The checksums of a snapshot: `manifest.jsonl` in its folder, a line for each entry, in the order of a sorted walk.
 *
 * Where a snapshot is made without reading (`btrfs`, `reflink`) they are made afterwards, by a process of its own or by the
 * first `verify`; until then a change is told by the time of change of its inode.
 *
 * @module
 */

import { cannot } from "../host/store.ts";
import { nameBytes, nameText } from "../host/raw_name.ts";
import type { FolderHandle } from "../host/tree_handle.ts";
import { hashFile, linkTarget } from "../host/tree_hash.ts";
import { type Kind, treeSteps, type WalkEntry } from "../host/tree_walk.ts";
import type { PartName } from "./record.ts";
import { selects } from "./select.ts";

const FILE = "manifest.jsonl";
const HEADER = `{"kanibako-snapshot":1}`;

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
  /** The inode's number, by which an unchanged file is known in the next snapshot. */
  readonly ino: string;
  readonly target?: string | undefined;
  readonly sha256?: string | undefined;
}

/** A part of a snapshot that is a tree. */
export interface TreePart {
  readonly name: PartName;
  readonly folder: FolderHandle;
}

/** Whether a snapshot has its checksums. */
export function isSealed(folder: FolderHandle): boolean {
  return folder.info(FILE)?.kind === "file";
}

/**
 * The lines of a tree as it is now, or of these paths, what is below them and the folders on the way. `sumOf` may know a
 * file's checksum without reading it.
 */
export function* linesOf(
  part: TreePart,
  sumOf: (entry: WalkEntry, path: string) => string | undefined = () => undefined,
  paths?: readonly string[],
): Generator<ManifestLine, void> {
  const root = part.folder.path;
  const wanted = paths && selects(paths);
  const exclude = wanted && ((path: string, kind: Kind) => !wanted(path, kind));
  for (const { entry, leaving } of treeSteps(root, { sorted: true, exclude })) {
    if (leaving || !entry.parent) continue;
    const path = nameText(entry.pathBytes);
    const target = entry.kind === "symlink" ? linkTarget(entry) : undefined;
    yield {
      part: part.name,
      path,
      kind: entry.kind,
      size: entry.kind === "file" ? entry.size : 0,
      mode: entry.mode,
      mtime: String(entry.mtimeNs),
      ino: String(entry.ino),
      ...(target ? { target: nameText(target) } : {}),
      ...(entry.kind === "file" ? { sha256: sumOf(entry, path) ?? hashFile(root, entry) } : {}),
    };
  }
}

/** Makes the checksums of a snapshot. `earlier`: one with checksums that may share files with it, which are then not read. */
export function seal(
  folder: FolderHandle,
  parts: readonly TreePart[],
  earlier?: FolderHandle,
): void {
  const path = `${folder.path}/${FILE}`;
  // Of its own each time: two calls may be at work on the same snapshot. And new, for where the vault is in a workspace a
  // clone may have brought a link of any name along.
  const temporary = `${path}.${crypto.randomUUID()}`;
  try {
    using file = Deno.openSync(temporary, { write: true, createNew: true, mode: 0o600 });
    const out = new LineWriter(file);
    out.write(HEADER);
    for (const part of parts) {
      using known = earlier && isSealed(earlier) ? new Inherited(earlier, part.name) : undefined;
      for (const line of linesOf(part, known && ((entry, path) => known.sumOf(entry, path)))) {
        out.write(JSON.stringify(line));
      }
    }
    out.end();
    file.syncDataSync();
    Deno.renameSync(temporary, path);
  } catch (cause) {
    try {
      Deno.removeSync(temporary);
    } catch { /* it was not made */ }
    throw cause instanceof Deno.errors.NotFound ? cannot("write", folder.shown, cause) : cause;
  }
}

/** Finds, in step with a sorted walk, what the earlier snapshot's manifest says of the very same file. */
class Inherited implements Disposable {
  readonly #part: PartName;
  readonly #lines: Generator<ManifestLine, void>;
  #next: IteratorResult<ManifestLine, void>;

  constructor(earlier: FolderHandle, part: PartName) {
    this.#part = part;
    this.#lines = readManifest(earlier);
    this.#next = this.#lines.next();
  }

  sumOf(entry: WalkEntry, path: string): string | undefined {
    while (
      !this.#next.done &&
      (this.#next.value.part !== this.#part || comparePaths(this.#next.value.path, path) < 0)
    ) this.#next = this.#lines.next();
    if (this.#next.done || this.#next.value.path !== path) return undefined;
    const { ino, mtime, size, sha256 } = this.#next.value;
    // A file of several names is the earlier snapshot's own. (The number alone could be a deleted file's, used again.)
    const same = entry.nlink > 1 && ino === String(entry.ino) && mtime === String(entry.mtimeNs) &&
      size === entry.size;
    return same ? sha256 : undefined;
  }

  [Symbol.dispose](): void {
    this.#lines.return();
  }
}

/**
 * The lines of a manifest. Throws `cannot-read` when it is damaged. Of some paths: those that are below one of them or on the
 * way to one, with others among them; the rest is passed over unread.
 */
export function* readManifest(
  folder: FolderHandle,
  paths?: readonly string[],
): Generator<ManifestLine, void> {
  const path = `${folder.path}/${FILE}`;
  using file = Deno.openSync(path);
  let first = true;
  for (const line of linesIn(file, paths && textsOf(paths))) {
    if (first) {
      if (line !== HEADER) {
        throw cannot("read", `${folder.shown}/${FILE}`, new Error("it is of another version"));
      }
      first = false;
      continue;
    }
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw cannot("read", `${folder.shown}/${FILE}`, new Error("it is damaged"));
    }
    if (!isLine(value)) throw cannot("read", `${folder.shown}/${FILE}`, new Error("it is damaged"));
    yield value;
  }
  if (first) throw cannot("read", `${folder.shown}/${FILE}`, new Error("it is empty"));
}

function isLine(value: unknown): value is ManifestLine {
  const line = value as Partial<ManifestLine> | null;
  return typeof line === "object" && line !== null && typeof line.path === "string" &&
    (line.part === "content" || line.part === "home") && typeof line.size === "number" &&
    typeof line.kind === "string";
}

/** Orders paths as a sorted walk meets them: name by name, each by its bytes. */
export function comparePaths(a: string, b: string): number {
  if (a === b) return 0;
  const [one, other] = [nameBytes(a), nameBytes(b)];
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) {
    if (one[at] === other[at]) continue;
    // A slash ends a name, and a name that ends comes first.
    if (one[at] === 47) return -1;
    if (other[at] === 47) return 1;
    return one[at]! - other[at]!;
  }
  return one.length - other.length;
}

class LineWriter {
  readonly #file: Deno.FsFile;
  #lines: string[] = [];
  #length = 0;

  constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  write(line: string): void {
    this.#lines.push(line, "\n");
    this.#length += line.length;
    if (this.#length > 256 * 1024) this.end();
  }

  end(): void {
    const bytes = new TextEncoder().encode(this.#lines.join(""));
    for (let done = 0; done < bytes.length;) done += this.#file.writeSync(bytes.subarray(done));
    this.#lines = [];
    this.#length = 0;
  }
}

/** What lines of these paths hold, one or the other. */
function textsOf(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const names = path.split("/");
    const above = names.slice(1).map((_, at) => `"path":${JSON.stringify(names.slice(0, at + 1).join("/"))}`);
    // Without the quote at its end: what is below it begins like that, too.
    return [...above, `"path":${JSON.stringify(path).slice(0, -1)}`];
  });
}

/** The lines of a file: its first, and where `texts` are given then those near any of them. */
function* linesIn(file: Deno.FsFile, texts?: readonly string[]): Generator<string, void> {
  const decoder = new TextDecoder();
  const chunk = new Uint8Array(256 * 1024);
  let rest = "";
  let first = true;
  for (let count = file.readSync(chunk); count !== null; count = file.readSync(chunk)) {
    const text = rest + decoder.decode(chunk.subarray(0, count), { stream: true });
    if (texts && !first && !texts.some((one) => text.includes(one))) {
      rest = text.slice(text.lastIndexOf("\n") + 1);
      continue;
    }
    first = false;
    const parts = text.split("\n");
    rest = parts.pop()!;
    yield* parts;
  }
  if (rest !== "") yield rest;
}
