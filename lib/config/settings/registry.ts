/**
 * All declarations together, and how one is found by a name.
 *
 * @module
 */

import { type ConfigLevel, type Declared, type DeclaredMap, type Group, isMap } from "./declare.ts";

/** What a name of a setting stands for. */
export type Found =
  | { readonly kind: "key"; readonly key: Declared; readonly inverted: boolean }
  | { readonly kind: "entry"; readonly map: DeclaredMap; readonly part: string };

/** A set of declarations. */
export class Registry {
  /** Settings of one value that a file can hold. */
  readonly keys: readonly Declared[];
  /** Settings with entries of free names, by their field. */
  readonly maps: Readonly<Record<string, DeclaredMap>>;
  /** Settings that have an option, by their field. */
  readonly flags: Readonly<Record<string, Declared | DeclaredMap>>;
  /** Settings that a running box does not change and that act, maps aside, by their field. */
  readonly launch: Readonly<Record<string, Declared>>;
  #spellings: Map<string, { key: Declared; inverted: boolean }> | undefined;
  #ofAgents: readonly string[] | undefined;
  #sections: Set<string> | undefined;
  #tables: Map<string, readonly [field: string, map: DeclaredMap]> | undefined;

  /** Takes the groups in the order in which they are to be shown. */
  constructor(groups: readonly Group[]) {
    const keys: Declared[] = [];
    const maps: Record<string, DeclaredMap> = {};
    const flags: Record<string, Declared | DeclaredMap> = {};
    const launch: Record<string, Declared> = {};
    for (const group of groups) {
      for (const field in group) {
        const one = group[field]!;
        if (isMap(one)) maps[field] = one;
        else if (one.levels.length > 0) keys.push(one);
        if (one.flag !== undefined) flags[field] = one;
        if (!isMap(one) && one.launchOnly && one.missing === undefined) launch[field] = one;
      }
    }
    this.keys = keys;
    this.maps = maps;
    this.flags = flags;
    this.launch = launch;
  }

  /** Every accepted spelling of every setting of one value, stored places included. */
  spellings(): ReadonlyMap<string, { readonly key: Declared; readonly inverted: boolean }> {
    if (this.#spellings) return this.#spellings;
    this.#spellings = new Map();
    for (const key of this.keys) {
      for (const name of [key.name, key.stored, ...key.aliases]) {
        this.#spellings.set(name, { key, inverted: false });
      }
      for (const name of key.inverted) this.#spellings.set(name, { key, inverted: true });
    }
    return this.#spellings;
  }

  /** The map whose entries a table of a file holds, with its field. */
  table(dotted: string): readonly [field: string, map: DeclaredMap] | undefined {
    this.#tables ??= new Map(
      Object.entries(this.maps).flatMap(([field, map]) =>
        map.tables.map((table) => [table, [field, map] as const] as const)
      ),
    );
    return this.#tables.get(dotted);
  }

  /** Whether a table of that name, even an empty one, means something in a file: settings or entries stand in it. */
  isSection(dotted: string): boolean {
    if (!this.#sections) {
      this.#sections = new Set(Object.values(this.maps).flatMap(({ tables }) => tables));
      for (const name of [...this.#sections, ...this.spellings().keys()]) {
        for (let at = name.indexOf("."); at >= 0; at = name.indexOf(".", at + 1)) {
          this.#sections.add(name.slice(0, at));
        }
      }
    }
    return this.#sections.has(dotted);
  }

  /** What begins the name of an entry, each with a dot at its end. */
  prefixes(): readonly (readonly [prefix: string, map: DeclaredMap])[] {
    return Object.values(this.maps).flatMap((map) => prefixesOf(map).map((prefix) => [prefix, map] as const));
  }

  /** What a name typed by a user stands for, or `undefined`. */
  find(name: string): Found | undefined {
    const found = this.spellings().get(name);
    if (found) return { kind: "key", ...found };
    // Of two that begin it, the longer one says more.
    const [longest] = this.prefixes()
      .filter(([prefix]) => name.startsWith(prefix) && name.length > prefix.length)
      .sort(([a], [b]) => b.length - a.length);
    return longest && { kind: "entry", map: longest[1], part: name.slice(longest[0].length) };
  }

  /** The setting of that name. For names written in this program. */
  named(name: string): Declared {
    const found = this.spellings().get(name);
    if (!found) throw new Error(`no such setting: ${name}`);
    return found.key;
  }

  /** Settings of one value that can be made at a level and have an effect: what is offered. */
  offered(level: ConfigLevel): readonly Declared[] {
    return this.keys.filter((key) =>
      key.levels.includes(level) && !key.fixed && !key.obsolete && key.missing === undefined
    );
  }

  /** Settings that a file of an agent can hold beside the agent's own: they mean the same at every level. */
  ofAgents(): readonly string[] {
    return this.#ofAgents ??= this.keys.filter(({ levels }) => levels.includes("crab")).map(({ name }) =>
      name
    );
  }
}

/** The name of an entry of a map, as users type it. `part`: its key in what a file says. */
export function entryName(map: DeclaredMap, part: string): string {
  return map.wholeNames ? part : `${map.name}.${part}`;
}

/** What begins the name of an entry of a map. */
export function prefixesOf(map: DeclaredMap): readonly string[] {
  return map.wholeNames ? map.tables.map((table) => `${table}.`) : [`${map.name}.`];
}
