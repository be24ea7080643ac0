/**
 * The table's places as a tree of names, so that one look into a folder serves all entries.
 *
 * @module
 */

import type { Entry } from "./entry.ts";
import { version } from "../host/version.ts";
import { NameFilter } from "../host/tree/peek.ts";
import { matcherOf, type NameMatcher, partsOf } from "./place.ts";

/** What the places say of one folder. */
export interface Node {
  /** What the very names in it lead to. */
  readonly exact: Map<string, Node>;
  /** What names with a `*` lead to. Those that begin with two characters of their own are found by these. */
  readonly patterns: { readonly byStart: Map<string, Pattern[]>; readonly others: Pattern[] };
  /** Entries of what this is the place of, by their number in the table. */
  readonly entries: number[];
  /** Entries of everything below. */
  readonly below: number[];
  /** Entries of every symlink in it: its other names cost nothing then. */
  readonly links: number[];
}

/** A name with a `*`, and what it leads to. */
interface Pattern {
  readonly pattern: string;
  readonly matches: NameMatcher;
  readonly node: Node;
}

/** The places of a table. */
export interface Trie {
  readonly table: readonly Entry[];
  /** Of those that count in the project's folder. */
  readonly top: Node;
  /** Of those that count in folders below it too. */
  readonly anywhere: Node;
  /** Another one where the places are others. */
  readonly mark: string;
}

/** Arranges a table. */
export function trieOf(table: readonly Entry[]): Trie {
  const trie: Trie = { table, top: node(), anywhere: node(), mark: markOf(table) };
  for (const [number, { places, counts }] of table.entries()) {
    for (const place of places) {
      const { anywhere, names, below } = partsOf(place);
      let at = anywhere ? trie.anywhere : trie.top;
      if (counts === "leads-out") {
        for (const name of names.slice(0, -1)) at = child(at, name);
        at.links.push(number);
        continue;
      }
      for (const name of names) at = child(at, name);
      (below ? at.below : at.entries).push(number);
    }
  }
  return trie;
}

/** What a name in a folder leads to; `of`: what the places say of that folder. */
export function step(of: readonly Node[], name: string): Node[] {
  let next: Node[] | undefined;
  for (const { exact, patterns: { byStart, others } } of of) {
    const found = exact.get(name);
    if (found) (next ??= []).push(found);
    const begun = byStart.size > 0 ? byStart.get(name.slice(0, START)) : undefined;
    for (const patterns of begun ? [begun, others] : [others]) {
      for (const { matches, node } of patterns) if (matches(name)) (next ??= []).push(node);
    }
  }
  return next ?? NOTHING;
}

const NOTHING: Node[] = [];

/** Whether there is anything to look at below. */
export function leadsOn({ exact, below, ...node }: Node): boolean {
  return exact.size > 0 || below.length > 0 || isListed(node);
}

/** Whether names have to be listed to be found. */
export function isListed(
  { patterns: { byStart, others }, links }: Pick<Node, "patterns" | "links">,
): boolean {
  return byStart.size > 0 || others.length > 0 || links.length > 0;
}

/** What sieves the names of a folder; `undefined` where any name may count. */
export function filterOf(nodes: readonly Node[]): NameFilter | undefined {
  const filter = new NameFilter();
  for (const { exact, patterns: { byStart, others } } of nodes) {
    if (others.length > 0) return undefined;
    for (const name of exact.keys()) filter.add(name);
    for (const { pattern } of [...byStart.values()].flat()) {
      filter.add(pattern.slice(0, pattern.indexOf("*")), true);
    }
  }
  return filter;
}

/** The entries of everything from a node on, itself included. */
export function entriesFrom({ exact, patterns: { byStart, others }, entries, below }: Node): number[] {
  const patterns = [...[...byStart.values()].flat(), ...others].map(({ node }) => node);
  return [...entries, ...below, ...[...exact.values(), ...patterns].flatMap(entriesFrom)];
}

const START = 2;

function node(): Node {
  return {
    exact: new Map(),
    patterns: { byStart: new Map(), others: [] },
    entries: [],
    below: [],
    links: [],
  };
}

function child(of: Node, name: string): Node {
  const star = name.indexOf("*");
  if (star < 0) {
    const found = of.exact.get(name) ?? node();
    of.exact.set(name, found);
    return found;
  }
  const { byStart, others } = of.patterns;
  const start = name.slice(0, START);
  const list = star < START ? others : byStart.get(start) ?? [];
  if (star >= START) byStart.set(start, list);
  const known = list.find(({ pattern }) => pattern === name);
  if (known) return known.node;
  const made = { pattern: name, matches: matcherOf(name), node: node() };
  list.push(made);
  return made.node;
}

/** Not a checksum, which takes longer than all the rest: the table changes with the program's version only. */
function markOf(table: readonly Entry[]): string {
  const places = table.flatMap((entry) => entry.places);
  return [version, table.length, places.length, places.join().length].join("-");
}
