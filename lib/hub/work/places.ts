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
import type { Now } from "./differences.ts";

/** What is said of a path. */
export interface PlaceNote {
  /** For people: "git hook: runs when you commit". */
  readonly note: string;
  /** The mode of `report.protect` from which on a box cannot write it; absent: it always can. */
  readonly protect?: "hooks" | "all";
}

/** The two folders, by paths that lead to them for sure. */
export interface BothFolders {
  readonly helper: string;
  readonly parent: string;
}

let arranged: Trie | undefined;

/** Says what a path is, if a machine would run it or obey it. `now`: what would land; absent: it would be removed. */
export function placeNote(path: string, now: Now | undefined, folders: BothFolders): PlaceNote | undefined {
  const isLink = now?.kind === "symlink";
  const { entries, inside } = entriesAt(path, isLink);
  // In place of a folder in which something counts, a link decides what is there.
  const entry = entries.find((one) => counts(one, path, now, folders)) ?? (isLink ? inside[0] : undefined);
  if (!entry) return undefined;
  const effect = now ? effectOf(entry, path, changedKeys(entry, path, folders) ?? []) : "would be removed";
  return { note: `${entry.what}: ${effect}`, ...entry.protect ? { protect: entry.protect } : {} };
}

/** The entries whose place it is, and those of places below it, the first in the table first. */
function entriesAt(path: string, isLink: boolean): { entries: Entry[]; inside: Entry[] } {
  const trie = arranged ??= trieOf(TABLE);
  const found = new Set<number>();
  let nodes: readonly Node[] = [trie.top];
  const names = byteStringOf(path).split("/");
  for (const [at, name] of names.entries()) {
    const isLast = at === names.length - 1;
    const here = [...nodes, trie.anywhere];
    for (const { links } of isLast && isLink ? here : []) for (const number of links) found.add(number);
    nodes = step(here, name);
    for (const { below, entries } of nodes) for (const number of isLast ? entries : below) found.add(number);
  }
  const inOrder = (numbers: Iterable<number>) =>
    [...new Set(numbers)].sort((a, b) => a - b).map((number) => trie.table[number]!);
  return {
    entries: inOrder(found),
    inside: isLink ? inOrder(nodes.filter(leadsOn).flatMap(entriesFrom)) : [],
  };
}

function counts(entry: Entry, path: string, now: Now | undefined, folders: BothFolders): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (now?.kind === "folder" || entry.except?.some((pattern) => matchesName(pattern, name))) return false;
  switch (entry.counts) {
    case "set-id":
      return false; // these bits do not land
    case "program":
    case "installed":
      return now?.kind === "symlink" || now?.kind === "file" && (now.mode & 0o111) !== 0;
    case "leads-out":
      return now?.kind === "symlink" && leadsOut(path, now.target!);
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
