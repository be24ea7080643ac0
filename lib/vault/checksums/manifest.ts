/**
 * The checksums of a snapshot: `manifest.jsonl` in its folder, a line for each entry, in the order of a sorted walk.
 *
 * Where a snapshot is made without reading (`btrfs`, `reflink`) they are made afterwards, by a process of its own or by the
 * first `verify`; until then a change is seen by the time of change of its inode.
 *
 * @module
 */

import { cannot } from "../../host/store.ts";
import { nameBytes, nameText } from "../../host/tree/raw_name.ts";
import type { Folder } from "../../host/tree/folder.ts";
import { hashFile, linkTarget } from "../../host/tree/hash.ts";
import { type Kind, treeSteps, type WalkEntry } from "../../host/tree/walk.ts";
import { FILE, HEADER, isSealed, type ManifestLine, ManifestWriter } from "./manifest_writer.ts";
import type { PartName } from "../record.ts";
import { selects } from "../compare/select_paths.ts";

export { isSealed, type ManifestLine, ManifestWriter } from "./manifest_writer.ts";

/** A part of a snapshot that is a tree. */
export interface TreePart {
  readonly name: PartName;
  readonly folder: Folder;
  /** What is left out of it, a folder with all it holds. */
  readonly exclude?: ((path: string, kind: Kind) => boolean) | undefined;
}

/**
 * The lines of a tree as it is now, or of these paths, what is below them and the folders on the way. `sumOf` may know a
 * file's checksum without reading it. What we may not read is an error, or passed over when there is an `onUnreadable` to report it to.
 */
export function* linesOf(
  part: TreePart,
  sumOf: (entry: WalkEntry, path: string) => string | undefined = () => undefined,
  paths?: readonly string[],
  onUnreadable?: (path: string) => void,
): Generator<ManifestLine, void> {
  const root = part.folder.path;
  const wanted = paths && selects(paths);
  const exclude = wanted
    ? (path: string, kind: Kind) => !wanted(path, kind) || (part.exclude?.(path, kind) ?? false)
    : part.exclude;
  const unreadable = onUnreadable ? "skip" : "refuse";
  for (const { entry, leaving } of treeSteps(root, { sorted: true, exclude, unreadable, onUnreadable })) {
    if (leaving || !entry.parent) continue;
    const path = nameText(entry.pathBytes);
    const target = entry.kind === "symlink" ? linkTarget(entry) : undefined;
    let isDenied = false;
    const onDenied = onUnreadable && (() => void (isDenied = true));
    const sha256 = entry.kind === "file" ? sumOf(entry, path) ?? hashFile(root, entry, onDenied) : undefined;
    if (isDenied) {
      onUnreadable!(entry.path);
      continue;
    }
    yield {
      part: part.name,
      path,
      kind: entry.kind,
      size: entry.kind === "file" ? entry.size : 0,
      mode: entry.mode,
      mtime: String(entry.mtimeNs),
      ino: String(entry.ino),
      ...(target ? { target: nameText(target) } : {}),
      ...(entry.kind === "file" ? { sha256 } : {}),
    };
  }
}

/** Makes the checksums of a snapshot. `earlier`: one with checksums that may share files with it, which are then not read. */
export function seal(
  folder: Folder,
  parts: readonly TreePart[],
  earlier?: Folder,
): void {
  try {
    using out = new ManifestWriter(folder);
    for (const part of parts) {
      using known = Inherited.from(earlier, part.name);
      for (const line of linesOf(part, known && ((entry, path) => known.sumOf(entry, path)))) out.add(line);
    }
    out.finish();
  } catch (cause) {
    throw cause instanceof Deno.errors.NotFound ? cannot("write", folder.shown, cause) : cause;
  }
}

/** Finds, in step with a sorted walk, what the earlier snapshot's manifest says of a file. */
export class Inherited implements Disposable {
  readonly #part: PartName;
  readonly #lines: Generator<ManifestLine, void>;
  #next: IteratorResult<ManifestLine, void>;

  private constructor(earlier: Folder, part: PartName) {
    this.#part = part;
    this.#lines = readManifest(earlier);
    this.#next = this.#advance();
  }

  /** Of an earlier snapshot; nothing where that has no checksums. */
  static from(earlier: Folder | undefined, part: PartName): Inherited | undefined {
    return earlier && isSealed(earlier) ? new Inherited(earlier, part) : undefined;
  }

  /** What is damaged says nothing, and is no reason to fail: the checksum is made again. */
  #advance(): IteratorResult<ManifestLine, void> {
    try {
      return this.#lines.next();
    } catch {
      return { done: true, value: undefined };
    }
  }

  /** The line of a path. Asked for in the order of a sorted walk. */
  lineOf(path: string): ManifestLine | undefined {
    while (
      !this.#next.done &&
      (this.#next.value.part !== this.#part || comparePaths(this.#next.value.path, path) < 0)
    ) this.#next = this.#advance();
    return this.#next.done || this.#next.value.path !== path ? undefined : this.#next.value;
  }

  /** The checksum of the very same file. */
  sumOf(entry: WalkEntry, path: string): string | undefined {
    const line = this.lineOf(path);
    // A file of several names is the earlier snapshot's own. (The number alone could be a deleted file's, used again.)
    const same = line && entry.nlink > 1 && line.ino === String(entry.ino) &&
      line.mtime === String(entry.mtimeNs) && line.size === entry.size;
    return same ? line.sha256 : undefined;
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
  folder: Folder,
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
