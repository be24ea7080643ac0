/**
 * The table's places as a tree of names, so that one look into a folder serves all entries.
 *
 * @module
 */

import type { Entry } from "./entry.ts";
import { version } from "../host/version.ts";
import { NameFilter } from "../host/tree/peek.ts";
import { matcherOf, type NameMatcher, partsOf } from "./place.ts";

/** As many characters of a pattern find it. */
const START = 2;
const NONE: readonly number[] = [];
const NOWHERE: ReadonlyMap<string, Node> = new Map();
const NO_PATTERNS: ReadonlyMap<string, readonly Pattern[]> = new Map();

/** What of a place is still to be arranged: its names, from one on. */
interface Rest {
  readonly names: readonly string[];
  readonly at: number;
  /** Its entry, by the number in the table. */
  readonly number: number;
  readonly kind: "entries" | "below" | "links";
}

/**
 * What the places say of one folder. What they say of the names in it is arranged when it is asked for: of most of the table a
 * project has nothing.
 */
export class Node {
  /** Entries of what this is the place of, by their number in the table. */
  entries: readonly number[] = NONE;
  /** Entries of everything below. */
  below: readonly number[] = NONE;
  /** Entries of every symlink in it: its other names cost nothing then. */
  links: readonly number[] = NONE;
  #rest: Rest[] = [];
  #exact: Map<string, Node> | undefined;
  #byStart: Map<string, Pattern[]> | undefined;
  #others: Pattern[] | undefined;

  /** Adds a place. Not once something was asked. */
  add(rest: Rest): void {
    const { names, at, number, kind } = rest;
    if (at < names.length - (kind === "links" ? 1 : 0)) this.#rest.push(rest);
    else this[kind] = [...this[kind], number];
  }

  /** What the very names in it lead to. */
  get exact(): ReadonlyMap<string, Node> {
    this.#arrange();
    return this.#exact ?? NOWHERE;
  }

  /** What names with a `*` lead to. Those that begin with two characters of their own are found by these. */
  get patterns(): {
    readonly byStart: ReadonlyMap<string, readonly Pattern[]>;
    readonly others: readonly Pattern[];
  } {
    this.#arrange();
    return { byStart: this.#byStart ?? NO_PATTERNS, others: this.#others ?? [] };
  }

  #arrange(): void {
    for (const { names, at, ...rest } of this.#rest.splice(0)) {
      this.#child(names[at]!).add({ names, at: at + 1, ...rest });
    }
  }

  #child(name: string): Node {
    const star = name.indexOf("*");
    if (star < 0) {
      const known = (this.#exact ??= new Map()).get(name);
      if (known) return known;
      const made = new Node();
      this.#exact.set(name, made);
      return made;
    }
    const list = star < START ? this.#others ??= [] : this.#beginning(name.slice(0, START));
    const known = list.find(({ pattern }) => pattern === name);
    if (known) return known.node;
    const made = { pattern: name, matches: matcherOf(name), node: new Node() };
    list.push(made);
    return made.node;
  }

  #beginning(start: string): Pattern[] {
    const known = (this.#byStart ??= new Map()).get(start);
    if (known) return known;
    const list: Pattern[] = [];
    this.#byStart.set(start, list);
    return list;
  }
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
  const trie: Trie = { table, top: new Node(), anywhere: new Node(), mark: markOf(table) };
  for (const [number, { places, counts }] of table.entries()) {
    for (const place of places) {
      const { anywhere, names, below } = partsOf(place);
      const kind = counts === "leads-out" ? "links" : below ? "below" : "entries";
      (anywhere ? trie.anywhere : trie.top).add({ names, at: 0, number, kind });
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
export function leadsOn(node: Node): boolean {
  return node.exact.size > 0 || node.below.length > 0 || isListed(node);
}

/** Whether names have to be listed to be found. */
export function isListed({ patterns: { byStart, others }, links }: Node): boolean {
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

/** Not a checksum, which takes longer than all the rest: the table changes with the program's version only. */
function markOf(table: readonly Entry[]): string {
  const places = table.flatMap((entry) => entry.places);
  return [version, table.length, places.length, places.join().length].join("-");
}
