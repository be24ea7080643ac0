/**
 * Looks at a project: by handle, at the places of the table only, within limits. What is there is read each time: a box can change
 * a mapped file without a trace in its times.
 *
 * @module
 */

import {
  type ByteString,
  byteStringOf,
  type Listed,
  type NameFilter,
  Peek,
  textOf,
} from "../host/tree/peek.ts";
import { BELOW, FILLED, NAMES_BELOW, NAMES_IN_FOLDER, NOTED_IN_FOLDER, WALK } from "./limits.ts";
import type { Look } from "./look.ts";
import { Noting } from "./noting.ts";
import { TABLE } from "./table.ts";
import { entriesFrom, filterOf, isListed, leadsOn, type Node, step, type Trie, trieOf } from "./trie.ts";
import { Within } from "./within.ts";

/** A look, and the content it is of. */
export interface Looked {
  readonly look: Look;
  /** What was read, by its checksum. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
}

let arranged: Trie | undefined;

/** As {@link beginLook}, to its end. */
export async function lookAt(root: string): Promise<Looked> {
  return await beginLook(root)();
}

/**
 * Looks, and answers what makes a {@link Look} of what was seen, for which the project is not needed any more. A
 * project that cannot be opened has nothing in it. Never throws for what a box has left.
 */
export function beginLook(root: string): () => Promise<Looked> {
  const at = Date.now();
  const trie = arranged ??= trieOf(TABLE);
  const peek = new Peek();
  const fd = peek.root(root);
  const look = { version: 1, at, table: trie.mark } as const;
  if (fd === undefined) {
    return () => Promise.resolve({ look: { ...look, seen: {}, bounds: [""] }, contents: new Map() });
  }
  try {
    const bounds = new Set<string>();
    const within = new Within(peek, fd, byteStringOf(root));
    const noting = new Noting(peek, within, trie.table);
    new Looker({ peek, within, noting, trie, bounds }).look(fd);
    return async () => {
      const { seen, contents } = await noting.finish();
      return { look: { ...look, seen, bounds: [...bounds].sort() }, contents };
    };
  } finally {
    peek.close(fd);
  }
}

/** What a look works with. */
interface Tools {
  readonly peek: Peek;
  readonly within: Within;
  readonly noting: Noting;
  readonly trie: Trie;
  /** Folders in which there was more. */
  readonly bounds: Set<string>;
}

/** What is to be found in a folder. */
interface Wanted {
  readonly nodes: readonly Node[];
  /** Entries of everything in it, and below. */
  readonly below: readonly number[];
  /** Folders within folders, since everything below counts. */
  readonly belowDepth: number;
  /** How many folders below are still taken on; shared by all of one place. */
  readonly budget: { folders: number; noted: number };
  /** Folders within folders from the project's on, where places count anywhere; absent elsewhere. */
  readonly walk?: number;
  /** Symlinks that led here. */
  readonly links: number;
}

/** A folder: a handle on it, its path as it is shown, and the names that really lead there. */
interface Here {
  readonly fd: number;
  readonly path: ByteString;
  readonly real: readonly ByteString[];
}

/** A folder in which places count anywhere, still to be looked at. */
interface Waiting {
  readonly parent: ByteString;
  readonly name: ByteString;
  readonly nodes: readonly Node[];
  readonly depth: number;
}

/** What was listed, and whether that was all. */
type Met = [ByteString, Listed][] & { whole?: boolean };

class Looker {
  readonly #tools: Tools;
  /** Folders in which places count anywhere, still to be looked at. */
  #waiting: Waiting[] = [];
  #walked = 0;
  #names: number = WALK.names;
  #namesBelow: number = NAMES_BELOW;
  #anywhere: NameFilter | undefined;

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  look(fd: number): void {
    const { trie, noting } = this.#tools;
    const wanted = { below: [], belowDepth: 0, links: 0 };
    this.#visit({ fd, path: "", real: [] }, {
      ...wanted,
      nodes: [trie.top, trie.anywhere],
      budget: freshBudget(),
      walk: 0,
    });
    this.#hooksPath(noting.keysAt(".git/config")["core.hookspath"]);
    while (this.#waiting.length > 0) this.#walkLevel();
    if (this.#tools.within.isSpent) this.#bound("");
  }

  /** Level by level, and by name: what is left out where there is too much is the same at the next look. */
  #walkLevel(): void {
    const level = this.#waiting.sort((a, b) => compare(a.parent, b.parent) || compare(a.name, b.name));
    this.#waiting = [];
    let parent: Here | undefined;
    for (const waiting of level) {
      if (parent?.path !== waiting.parent) {
        if (parent) this.#tools.peek.close(parent.fd);
        const real = waiting.parent === "" ? [] : waiting.parent.split("/");
        const fd = this.#tools.within.open(real);
        parent = fd === undefined ? undefined : { fd, path: waiting.parent, real };
      }
      if (parent) this.#walkInto(parent, waiting);
    }
    if (parent) this.#tools.peek.close(parent.fd);
  }

  /** A folder below the project's. Where there are too many, places of its own are still looked at. */
  #walkInto(parent: Here, { name, nodes, depth }: Waiting): void {
    const full = this.#walked >= WALK.folders || this.#names <= 0;
    if (full) this.#bound(parent.path);
    if (full && nodes.length === 0) return;
    if (!full) this.#walked++;
    this.#enter(parent, name, {
      nodes: full ? nodes : [...nodes, this.#tools.trie.anywhere],
      below: [],
      belowDepth: 0,
      budget: freshBudget(),
      links: 0,
      ...(full ? {} : { walk: depth }),
    });
  }

  #enter(parent: Here, name: ByteString, wanted: Wanted): void {
    const { peek } = this.#tools;
    const fd = peek.folder(parent.fd, name);
    const path = join(parent.path, name);
    if (fd === undefined) return this.#bound(path);
    try {
      this.#visit({ fd, path, real: [...parent.real, name] }, wanted);
    } finally {
      peek.close(fd);
    }
  }

  /** The folder that git's configuration names for hooks, as far as it is one of the project. */
  #hooksPath(value: string | undefined): void {
    const { trie, within } = this.#tools;
    if (value === undefined) return;
    const number = trie.table.findIndex(({ id }) => id === "git-hooks-path");
    const led = within.lead([], byteStringOf(value.split("\n").at(-1)!));
    if (led === undefined || led === "out" || number < 0) return;
    const below = { below: [number], belowDepth: BELOW.depth, links: 1 };
    this.#into({ path: led.join("/"), real: led }, { ...below, nodes: [], budget: freshBudget() });
  }

  #into({ path, real }: Omit<Here, "fd">, wanted: Wanted): void {
    const fd = this.#tools.within.open(real);
    if (fd === undefined) return;
    try {
      this.#visit({ fd, path, real }, wanted);
    } finally {
      this.#tools.peek.close(fd);
    }
  }

  #visit(here: Here, wanted: Wanted): void {
    const { peek } = this.#tools;
    const { nodes } = wanted;
    const listed = wanted.walk !== undefined || wanted.below.length > 0 || nodes.some(isListed);
    const met = listed ? this.#list(here, wanted) : [];
    for (const [name, kind] of met) this.#meet(here, name, kind, wanted);
    if (met.whole) return;
    const names = new Set(met.map(([name]) => name));
    for (const name of new Set(nodes.flatMap(({ exact }) => [...exact.keys()]))) {
      if (!names.has(name) && peek.stat(here.fd, name)) this.#meet(here, name, "unknown", wanted);
    }
  }

  /** The names in a folder that may matter. They are looked at afterwards: a listing cannot be left and taken up again. */
  #list(here: Here, { nodes, below, walk }: Wanted): Met {
    const met: Met = [];
    const filter = below.length > 0 ? undefined : this.#filter(nodes);
    const most = below.length > 0
      ? Math.min(NAMES_IN_FOLDER, Math.max(0, this.#namesBelow))
      : NAMES_IN_FOLDER;
    const { whole, count } = this.#tools.peek.list(here.fd, most, filter, (name, listed) => {
      if (listed !== "file" || below.length > 0 || step(nodes, name).length > 0) met.push([name, listed]);
    });
    met.whole = whole;
    if (below.length > 0) this.#namesBelow -= count;
    if (walk !== undefined) this.#names -= count;
    if (!met.whole) this.#bound(here.path);
    return met;
  }

  #filter(nodes: readonly Node[]): NameFilter | undefined {
    if (nodes.length !== 1 || nodes[0] !== this.#tools.trie.anywhere) return filterOf(nodes);
    return this.#anywhere ??= filterOf(nodes);
  }

  #meet(here: Here, name: ByteString, listed: Listed, wanted: Wanted): void {
    const next = step(wanted.nodes, name);
    const walks = wanted.walk !== undefined && wanted.walk < WALK.depth;
    if (next.length === 0 && wanted.below.length === 0 && !walks && listed === "file") return;
    const path = join(here.path, name);
    const links = listed === "symlink" || listed === "unknown"
      ? wanted.nodes.flatMap((node) => node.links)
      : [];
    const entries = unique(next.flatMap((node) => node.entries), [...wanted.below, ...links]);
    if (entries.length > 0 && listed !== "folder") {
      const named = next.some((node) => node.entries.length > 0 && isNamed(wanted.nodes, node));
      if (!named && wanted.budget.noted <= 0) return this.#bound(here.path);
      if (this.#tools.noting.note(here, name, path, entries) && !named) wanted.budget.noted--;
    }
    const further = next.filter(leadsOn);
    const below = unique(further.flatMap((node) => node.below), wanted.below);
    if (further.length === 0 && below.length === 0 && !walks) return;
    const kind = listed === "unknown" ? this.#kind(here.fd, name) : listed;
    if (kind === "folder") this.#folder(here, name, wanted, { further, below, walks });
    else if (kind === "symlink" && further.length > 0) {
      this.#link(here, name, path, wanted, { further, below });
    }
  }

  #folder(
    here: Here,
    name: ByteString,
    wanted: Wanted,
    { further, below, walks }: { further: readonly Node[]; below: readonly number[]; walks: boolean },
  ): void {
    if (walks && !FILLED.has(name) && below.length === 0) {
      this.#waiting.push({ parent: here.path, name, nodes: further, depth: wanted.walk! + 1 });
      return;
    }
    if (further.length === 0 && below.length === 0) return;
    const isDeeper = wanted.below.length > 0;
    if (isDeeper && (wanted.belowDepth <= 0 || wanted.budget.folders-- <= 0)) return this.#bound(here.path);
    this.#enter(here, name, {
      nodes: further,
      below,
      belowDepth: isDeeper ? wanted.belowDepth - 1 : BELOW.depth,
      budget: isDeeper ? wanted.budget : freshBudget(),
      links: wanted.links,
    });
  }

  /** A link in place of a folder in which something counts: it counts, and what it leads to, as far as that is in the project. */
  #link(
    here: Here,
    name: ByteString,
    path: ByteString,
    wanted: Wanted,
    { further, below }: { further: readonly Node[]; below: readonly number[] },
  ): void {
    const { peek, within, noting } = this.#tools;
    noting.note(here, name, path, unique(further.flatMap(entriesFrom), []), "leads-on");
    const target = peek.target(here.fd, name);
    const led = target === undefined || wanted.links > 2 ? undefined : within.lead(here.real, target);
    if (led === undefined || led === "out") return;
    this.#into({ path, real: led }, {
      nodes: further,
      below,
      belowDepth: BELOW.depth,
      budget: freshBudget(),
      links: wanted.links + 1,
    });
  }

  #kind(fd: number, name: ByteString): Listed {
    return this.#tools.peek.stat(fd, name) ? this.#tools.peek.info.kind : "other";
  }

  #bound(path: ByteString): void {
    this.#tools.bounds.add(textOf(path));
  }
}

function join(folder: ByteString, name: ByteString): ByteString {
  return folder === "" ? name : `${folder}/${name}`;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function freshBudget(): Wanted["budget"] {
  return { folders: BELOW.folders, noted: NOTED_IN_FOLDER };
}

/** Whether a place names what was met, rather than a pattern. */
function isNamed(nodes: readonly Node[], found: Node): boolean {
  return nodes.some(({ exact }) => [...exact.values()].includes(found));
}

/** In the order of the table. */
function unique(one: readonly number[], other: readonly number[]): number[] {
  if (one.length + other.length < 2) return other.length === 0 ? [...one] : [...other];
  return [...new Set([...one, ...other])].sort((a, b) => a - b);
}
