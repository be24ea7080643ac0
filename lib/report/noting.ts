/**
 * What is noted of something at a place: what it is, what its content says, where it leads.
 *
 * @module
 */

import { type ByteString, type Peek, textOf } from "../host/tree/peek.ts";
import { BOX_WORKSPACE } from "../spec/box_paths.ts";
import type { Counts, Entry } from "./entry.ts";
import { keysOf } from "./keys/keys.ts";
import { CONTENT } from "./limits.ts";
import type { Seen } from "./look.ts";
import { matchesName } from "./place.ts";
import type { Within } from "./within.ts";

/** What counts without its content. */
const UNREAD: ReadonlySet<Counts> = new Set([
  "program",
  "installed",
  "leads-out",
  "set-id",
  "presence",
]);

type Draft = { -readonly [K in keyof Seen]: Seen[K] };

/** A content that was read, and what of it counts. */
interface Read {
  readonly draft: Draft;
  readonly counts: Counts;
  readonly content: Uint8Array<ArrayBuffer>;
}

/** A folder: a handle on it, and the names that lead there. */
interface Here {
  readonly fd: number;
  readonly real: readonly ByteString[];
}

/** Notes what is there. */
export class Noting {
  readonly #peek: Peek;
  readonly #within: Within;
  readonly #table: readonly Entry[];
  readonly #seen = new Map<string, Seen>();
  /** What was read, by its path. */
  readonly #contents = new Map<string, Read>();
  #left: number = CONTENT.all;

  constructor(peek: Peek, within: Within, table: readonly Entry[]) {
    this.#peek = peek;
    this.#within = within;
    this.#table = table;
  }

  /**
   * Notes a name, where it is something that counts for one of the entries, and says whether it is. `leads-on`: it stands in
   * the place of a folder in which something would count.
   */
  note(here: Here, name: ByteString, path: ByteString, numbers: readonly number[], as?: "leads-on"): boolean {
    const peek = this.#peek;
    const text = textOf(path);
    if (this.#seen.has(text) || !peek.stat(here.fd, name)) return false;
    const { kind, mode, size } = peek.info;
    if (kind === "folder") return false;
    const draft: Draft = { entries: [], kind, mode, size, stamp: stampOf(peek.info) };
    const target = kind === "symlink" ? peek.target(here.fd, name) : undefined;
    if (target !== undefined) draft.target = textOf(target);
    const all = numbers.map((number) => this.#table[number]!);
    // To follow a link takes a look at every name on the way.
    const follows = target !== undefined &&
      all.some(({ counts }) => counts !== "installed" && counts !== "set-id");
    const end = follows ? this.#end(here, target) : undefined;
    const entries = all.filter((entry) =>
      as === "leads-on" ? entry.counts !== "leads-out" : this.#counts(entry, here, name, { kind, mode, end })
    );
    if (entries.length === 0) return false;
    draft.entries = entries.map(({ id }) => id);
    if (end?.kind === "file") draft.stamp += ` ${end.stamp}`;
    const counts = entries.find(({ counts }) => !UNREAD.has(counts))?.counts;
    this.#seen.set(text, draft);
    if (counts !== undefined && as === undefined) {
      const content = end ? this.#readEnd(end) : kind === "file" ? this.#read(here.fd, name) : undefined;
      if (content) this.#contents.set(text, { draft, counts, content });
    }
    return true;
  }

  /** What counts of the content at a path, by keys in lower case. */
  keysAt(path: string): Readonly<Record<string, string>> {
    const read = this.#contents.get(path);
    const keys = read ? keysOf(read.counts, read.content) : this.#seen.get(path)?.keys;
    return Object.fromEntries(Object.entries(keys ?? {}).map(([key, value]) => [key.toLowerCase(), value]));
  }

  /** All that was noted. What needs no look any more is done here: the project may change meanwhile. */
  async finish(): Promise<{ seen: Record<string, Seen>; contents: Map<string, Uint8Array> }> {
    const contents = new Map<string, Uint8Array>();
    await Promise.all(
      [...this.#contents].map(async ([path, { draft, counts, content }]) => {
        draft.hash = new Uint8Array(await crypto.subtle.digest("SHA-256", content)).toHex();
        contents.set(draft.hash, content);
        const keys = keysOf(counts, content);
        if (keys) {
          draft.keys = counts === "git-pointer" ? { gitdir: this.#relative(keys["gitdir"]!, path) } : keys;
        }
      }),
    );
    return { seen: Object.fromEntries(this.#seen), contents };
  }

  /** A path in a file of the project, relative to that file's folder where it leads into the project. */
  #relative(target: string, path: string): string {
    const root = [textOf(this.#within.root), BOX_WORKSPACE].find((start) => target.startsWith(`${start}/`));
    return root === undefined
      ? target
      : "../".repeat(path.split("/").length - 1) + target.slice(root.length + 1);
  }

  #counts(
    { counts, except = [], beside = [] }: Entry,
    here: Here,
    name: ByteString,
    { kind, mode, end }: { kind: Seen["kind"]; mode: number; end: End | undefined },
  ): boolean {
    if (except.some((pattern) => matchesName(pattern, name))) return false;
    switch (counts) {
      case "program":
        return isProgram(kind, mode) || end?.kind === "out" ||
          end?.kind === "file" && (end.mode & 0o111) !== 0;
      case "installed":
        return isProgram(kind, mode) || kind === "symlink";
      case "set-id":
        return kind === "file" && ((mode & 0o4000) !== 0 || (mode & 0o2010) === 0o2010);
      case "leads-out":
        return end?.kind === "out";
      default:
        return beside.every((other) => this.#peek.stat(here.fd, other) && this.#peek.info.kind === "folder");
    }
  }

  /** What a symlink leads to in the end. */
  #end(here: Here, target: ByteString): End {
    const led = this.#within.lead(here.real, target);
    if (led === undefined || led === "out") return { kind: led ?? "nothing" };
    const folder = led.slice(0, -1);
    const name = led.at(-1);
    const fd = name === undefined ? undefined : this.#within.open(folder);
    if (fd === undefined) return { kind: "nothing" };
    const { info } = this.#peek;
    const found = this.#peek.stat(fd, name!) && info.kind === "file"
      ? {
        kind: "file",
        folder,
        name: name!,
        mode: info.mode,
        stamp: stampOf(info),
      } as const
      : { kind: "nothing" } as const;
    this.#peek.close(fd);
    return found;
  }

  #readEnd(end: End): Uint8Array<ArrayBuffer> | undefined {
    if (end.kind !== "file") return undefined;
    const fd = this.#within.open(end.folder);
    if (fd === undefined) return undefined;
    try {
      return this.#read(fd, end.name);
    } finally {
      this.#peek.close(fd);
    }
  }

  #read(fd: number, name: ByteString): Uint8Array<ArrayBuffer> | undefined {
    const content = this.#peek.read(fd, name, Math.min(this.#left, CONTENT.file));
    this.#left -= content?.length ?? 0;
    return content;
  }
}

type End =
  /** Out of the project, or nothing that could be read. */
  | { readonly kind: "out" | "nothing" }
  | {
    readonly kind: "file";
    readonly folder: readonly ByteString[];
    readonly name: ByteString;
    readonly mode: number;
    readonly stamp: string;
  };

function isProgram(kind: Seen["kind"], mode: number): boolean {
  return kind === "file" && (mode & 0o111) !== 0;
}

function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: Peek["info"]): string {
  return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
}
