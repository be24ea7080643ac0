/**
 * Reads the parsed table of a configuration file: each key is a declared setting, or an entry of a map, or an error.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import type { Schema, SchemaIssue } from "../host/store.ts";
import { nearest } from "../host/ui/text.ts";
import { type ConfigFile, noEntries } from "./file_content.ts";
import type { ConfigLevel, DeclaredMap } from "./settings/declare.ts";
import type { Registry } from "./settings/registry.ts";
import type { ConfigValue } from "./settings/types.ts";
import { parseValue } from "./value.ts";

type Table = Record<string, unknown>;

/** Where in a file a setting stands. */
export interface StoredEntry {
  readonly value: ConfigValue;
  readonly path: readonly string[];
  /** It stands there under a name of the opposite meaning; `value` is the meaning. */
  readonly inverted: boolean;
}

/** What a table says. */
export interface TableContent {
  readonly file: ConfigFile;
  /** Where each setting stands, by the name users type. */
  readonly entries: ReadonlyMap<string, StoredEntry>;
}

/** Reads the table of a file of that level. */
export function readTable(
  level: ConfigLevel,
  registry: Registry,
  table: unknown,
): ReturnType<Schema<TableContent>["safeParse"]> {
  const reader = new Reader(level, registry);
  try {
    reader.walk(table as Table, []);
  } catch (cause) {
    if (!(cause instanceof Issue)) throw cause;
    return { success: false, error: { issues: [cause] } };
  }
  return { success: true, data: reader };
}

class Issue extends Error implements SchemaIssue {
  constructor(readonly path: readonly string[], message: string) {
    super(message);
  }
}

class Reader {
  readonly values: Record<string, ConfigValue> = {};
  readonly file: ConfigFile;
  readonly entries = new Map<string, StoredEntry>();
  readonly #seen = new Map<string, string>();

  constructor(readonly level: ConfigLevel, readonly registry: Registry) {
    this.file = { values: this.values, ...noEntries(registry) };
  }

  walk(table: Table, path: readonly string[]): void {
    const [field, map] = this.registry.table(path.join(".")) ?? [];
    for (const [name, value] of Object.entries(table)) {
      const here = [...path, name];
      const dotted = here.join(".");
      const inner = this.registry.table(dotted);
      if (inner && !inner[1].mixed && isTable(value)) {
        for (const [rest, one, at] of leaves(value, here, "")) this.entry(...inner, dotted, rest, one, at);
      } else if (this.known(dotted, here, value)) {
        continue;
      } else if (map?.mixed && !isTable(value)) {
        // A slip in a setting that decides what the agent may do must not pass as an agent's own setting.
        const meant = nearest(name, this.registry.ofAgents());
        if (meant) throw new Issue(here, `unknown key. Did you mean ${meant}?`);
        this.entry(field!, map, "", name, value, here);
      } else if (isTable(value) && Object.keys(value).length > 0) {
        this.walk(value, here);
      } else if (!isTable(value) || !this.registry.isSection(dotted)) {
        throw this.unknown(dotted, here);
      }
    }
  }

  known(dotted: string, path: readonly string[], value: unknown): boolean {
    const [section] = path;
    const map = this.registry.table(section!)?.[1];
    // Older project files call the section of the frozen paths `paths`, and hold the agent's settings in other tables.
    const spelling = this.level === "box" && section === "paths"
      ? dotted.replace("paths.", "resolved.")
      : path.length > 1 && map?.mixed
      ? `${map.name}.${path.slice(1).join(".")}`
      : dotted;
    const found = this.registry.spellings().get(spelling);
    if (!found || isTable(value)) return false;
    const { key, inverted } = found;
    if (!key.levels.includes(this.level)) {
      throw new Issue(path, `${key.name} can be set at the level ${key.levels.join(", ")} only`);
    }
    const earlier = this.#seen.get(key.name);
    if (earlier) throw new Issue(path, `says the same as ${earlier}, which is set too`);
    this.#seen.set(key.name, dotted);
    if (key.levels.length === 1 && key.stored.startsWith("resolved.") && value === "") return true;
    const said = guarded(() => parseValue(key, value), path);
    this.note(key.name, this.values[key.name] = inverted ? !said : said, path, inverted);
    return true;
  }

  note(name: string, value: ConfigValue, path: readonly string[], inverted = false): void {
    this.entries.set(name, { value, path, inverted });
  }

  /** One entry of a map, `name`, of the table `table`. */
  entry(
    field: string,
    map: DeclaredMap,
    table: string,
    name: string,
    value: unknown,
    path: readonly string[],
  ): void {
    const whole = map.wholeNames ? `${table}.${name}` : `${map.name}.${name}`;
    const said = guarded(() => parseValue({ name: whole, type: map.type.of }, value), path);
    const entries = (this.file as unknown as Record<string, Record<string, ConfigValue>>)[field]!;
    entries[map.wholeNames ? whole : name] = said;
    this.note(whole, said, path);
  }

  unknown(dotted: string, path: readonly string[]): Issue {
    if (path[0] === "env") {
      return new Issue(
        path,
        "variables belong into the file `env` beside a box's project.toml, or in the data folder for every box, " +
          "one NAME=value a line",
      );
    }
    const known = this.registry.spellings();
    const meant = nearest(dotted, known.keys()) ?? nearest(path.at(-1)!, known.keys());
    return new Issue(path, `unknown key${meant ? `. Did you mean ${meant}?` : ""}`);
  }
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Leaves of a table: the joined names below it (after `prefix`), their values and their places. */
function* leaves(
  table: Table,
  path: readonly string[],
  prefix: string,
): Generator<[joined: string, value: unknown, path: readonly string[]]> {
  for (const [name, value] of Object.entries(table)) {
    const joined = prefix === "" ? name : `${prefix}.${name}`;
    if (isTable(value)) yield* leaves(value, [...path, name], joined);
    else yield [joined, value, [...path, name]];
  }
}

function guarded<T>(action: () => T, path: readonly string[]): T {
  try {
    return action();
  } catch (cause) {
    if (!(cause instanceof KanibakoError)) throw cause;
    throw new Issue(path, [cause.message, ...cause.hints].join(" "));
  }
}
