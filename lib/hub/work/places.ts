/**
 * What of a helper's work a machine would run, named before it lands: by the table of the report.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { byteStringOf } from "../../host/tree/peek.ts";
import { openTree } from "../../host/tree/tree.ts";
import { effectOf } from "../../report/effect.ts";
import type { Counts, Entry } from "../../report/entry.ts";
import { keysOf } from "../../report/keys/keys.ts";
import { CONTENT } from "../../report/limits.ts";
import { matchesName } from "../../report/place.ts";
import { TABLE } from "../../report/table.ts";
import { entriesFrom, leadsOn, type Node, step, type Trie, trieOf } from "../../report/trie.ts";
import type { ManifestLine } from "../../vault/checksums/manifest.ts";
import type { Now } from "./differences.ts";

/** What is said of a path. */
export interface PlaceNote {
  /** For people: "git hook: runs when you commit". */
  readonly note: string;
  /** The mode of `report.protect` from which on a box cannot write it; absent: it always can. */
  readonly protect?: "hooks" | "all";
}

/** What was there before the helper. */
type Was = Pick<ManifestLine, "kind" | "mode">;

/** The two folders, by paths that lead to them for sure. */
export interface BothFolders {
  readonly helper: string;
  readonly parent: string;
}

let arranged: Trie | undefined;

/** What leads to a folder: its name, what the places say of what is in it, and the entries of everything below. */
interface Level {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly below: readonly number[];
}

/** Says of paths what they are. Those of one folder come one after the other. */
export class PlaceNotes {
  readonly #folders: BothFolders;
  readonly #trie: Trie = arranged ??= trieOf(TABLE);
  #way: Level[] = [];

  /** For two folders. */
  constructor(folders: BothFolders) {
    this.#folders = folders;
  }

  /** What a path is, if a machine would run it or obey it. `now`: what would land; absent: it would be removed. */
  of(path: string, was: Was | undefined, now: Now | undefined): PlaceNote | undefined {
    const isLink = now?.kind === "symlink";
    const { entries, inside } = this.#entriesAt(path, isLink);
    // In place of a folder in which something counts, a link decides what is there.
    const entry = entries.find((one) => counts(one, path, { was, now }, this.#folders)) ??
      (isLink ? inside[0] : undefined);
    if (!entry) return undefined;
    const keys = changedKeys(entry, path, this.#folders) ?? [];
    const note = `${entry.what}: ${now ? effectOf(entry, path, keys) : "would be removed"}`;
    return { note, ...entry.protect ? { protect: entry.protect } : {} };
  }

  /** The entries whose place it is, and those of places below it, the first in the table first. */
  #entriesAt(path: string, isLink: boolean): { entries: Entry[]; inside: Entry[] } {
    const names = byteStringOf(path).split("/");
    const last = names.pop()!;
    const { nodes, below } = this.#go(names);
    const found = step(nodes, last);
    const inOrder = (numbers: readonly number[]) =>
      [...new Set(numbers)].sort((a, b) => a - b).map((number) => this.#trie.table[number]!);
    const links = isLink ? nodes.flatMap((node) => node.links) : [];
    return {
      entries: inOrder([...below, ...links, ...found.flatMap((node) => node.entries)]),
      inside: isLink ? inOrder(found.filter(leadsOn).flatMap(entriesFrom)) : [],
    };
  }

  #go(names: readonly string[]): Omit<Level, "name"> {
    let same = 0;
    while (same < names.length && this.#way[same]?.name === names[same]) same++;
    this.#way.splice(same);
    for (const name of names.slice(same)) {
      const { nodes, below } = this.#here();
      const next = step(nodes, name);
      const more = next.flatMap((node) => node.below);
      this.#way.push({
        name,
        nodes: [...next, this.#trie.anywhere],
        below: more.length === 0 ? below : [...below, ...more],
      });
    }
    return this.#here();
  }

  #here(): Omit<Level, "name"> {
    return this.#way.at(-1) ?? { nodes: [this.#trie.top, this.#trie.anywhere], below: [] };
  }
}

function counts(
  entry: Entry,
  path: string,
  { was, now }: { readonly was: Was | undefined; readonly now: Now | undefined },
  folders: BothFolders,
): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (now?.kind === "folder" || entry.except?.some((pattern) => matchesName(pattern, name))) return false;
  switch (entry.counts) {
    case "set-id":
      return false;
    // By being there: one that was there before has only become another.
    // these bits do not land
    case "program":
      return isProgram(now) && !isProgram(was) || isLinkOut(path, now);
    case "installed":
      return isProgram(now) && !isProgram(was) || now?.kind === "symlink";
    case "leads-out":
      return isLinkOut(path, now);
    default:
      return isBeside(entry, path, folders) && changedKeys(entry, path, folders)?.length !== 0;
  }
}

function isBeside({ beside = [] }: Entry, path: string, { helper }: BothFolders): boolean {
  if (beside.length === 0) return true;
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  using tree = openTree(helper);
  return beside.every((name) => {
    try {
      return tree.kind(folder + name) === "folder";
    } catch (error) {
      if (error instanceof KanibakoError) return true;
      throw error;
    }
  });
}

/** The keys that would be others, where only some of the content counts; `undefined`: all of it does. */
function changedKeys({ counts }: Entry, path: string, { helper, parent }: BothFolders): string[] | undefined {
  const [before, after] = [keysIn(parent, path, counts), keysIn(helper, path, counts)];
  if (!after) return undefined;
  const all = new Set([...Object.keys(before ?? {}), ...Object.keys(after)]);
  return [...all].filter((key) => before?.[key] !== after[key]);
}

function keysIn(folder: string, path: string, counts: Counts): Readonly<Record<string, string>> | undefined {
  using tree = openTree(folder);
  try {
    const content = tree.readFile(path, CONTENT.file);
    return content && keysOf(counts, content);
  } catch (error) {
    if (error instanceof KanibakoError) return undefined;
    throw error;
  }
}

function isProgram(what: Was | undefined): boolean {
  return what?.kind === "file" && (what.mode & 0o111) !== 0;
}

function isLinkOut(path: string, now: Now | undefined): boolean {
  return now?.kind === "symlink" && leadsOut(path, now.target!);
}

/** By what the link says. Another link on its way is named for itself. */
function leadsOut(path: string, target: string): boolean {
  if (target.startsWith("/")) return true;
  let depth = path.split("/").length - 1;
  for (const name of target.split("/")) {
    if (name === "..") depth--;
    else if (name !== "." && name !== "") depth++;
    if (depth < 0) return true;
  }
  return false;
}
