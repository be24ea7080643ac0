/**
 * A configuration file of any level, read by the table of keys: typed values, and nothing unknown passed over.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { parseToml, readToml, type Schema, type SchemaIssue } from "../host/store.ts";
import { nearest } from "../host/ui/text.ts";
import { SETTINGS } from "./settings/all.ts";
import type { ConfigLevel, DeclaredMap, ValueOf } from "./settings/declare.ts";
import type { MAP_SETTINGS } from "./settings/maps.ts";
import type { Registry } from "./settings/registry.ts";
import type { ConfigValue } from "./settings/types.ts";
import { parseValue } from "./value.ts";

/** Entries of free names that a file can hold, by their field: the agent's own settings, resources, caches, shares. */
export type ConfigMaps = {
  readonly [K in Exclude<keyof typeof MAP_SETTINGS, "env">]: Readonly<
    Record<string, ValueOf<(typeof MAP_SETTINGS)[K]>>
  >;
};

/** What one file sets. A setting that is absent is not set; one that is there is, whatever its value. */
export interface ConfigFile extends ConfigMaps {
  /** By the setting's name. */
  readonly values: Readonly<Record<string, ConfigValue>>;
}

/** A file that sets nothing. */
export const EMPTY: ConfigFile = { values: {}, ...noEntries(SETTINGS) };

/** A map without entries for each that a file can hold. No name has a meaning of its own in them. */
function noEntries(registry: Registry): ConfigMaps {
  const fields = Object.entries(registry.maps).filter(([, map]) => map.tables.length > 0);
  return Object.fromEntries(fields.map(([field]) => [field, Object.create(null)])) as ConfigMaps;
}

type Table = Record<string, unknown>;

/** Reads a file of that level. {@link EMPTY} when there is none. */
export async function readConfig(path: string, level: ConfigLevel): Promise<ConfigFile> {
  return await readToml(path, configSchema(level)) ?? EMPTY;
}

/** Reads text of that level; errors name `path`. */
export async function parseConfig(
  text: string,
  path: string,
  level: ConfigLevel,
  registry: Registry = SETTINGS,
): Promise<ConfigFile> {
  return setsNothing(text) ? EMPTY : await parseToml(text, path, configSchema(level, registry));
}

/** Whether a text is comments and known headings only, as a new configuration is: then it costs no parsing. */
function setsNothing(text: string): boolean {
  return text.split("\n").every((line) =>
    line === "" || (line.startsWith("#") && !CONTROL.test(line)) || HEADINGS.includes(line)
  );
}

const HEADINGS = ["[box]", "[crab]", "[paths]", "[project]", "[shared]", "[spawn]", "[system.path]"];
// deno-lint-ignore no-control-regex
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** Where in a file a setting stands. */
export interface StoredEntry {
  readonly value: ConfigValue;
  readonly path: readonly string[];
  /** It stands there under a name of the opposite meaning; `value` is the meaning. */
  readonly inverted: boolean;
}

/** What text of that level says, setting by setting under the names users type; errors name `path`. */
export async function parseEntries(
  text: string,
  path: string,
  level: ConfigLevel,
): Promise<ReadonlyMap<string, StoredEntry>> {
  if (setsNothing(text)) return new Map();
  return await parseToml(text, path, {
    safeParse(value) {
      const reader = new Reader(level, SETTINGS);
      const result = read(reader, value);
      return result.success ? { success: true, data: reader.entries } : result;
    },
  });
}

/** The schema of a file of that level. */
function configSchema(level: ConfigLevel, registry: Registry = SETTINGS): Schema<ConfigFile> {
  return {
    safeParse: (value) => read(new Reader(level, registry), value),
  };
}

function read(reader: Reader, value: unknown): ReturnType<Schema<ConfigFile>["safeParse"]> {
  try {
    reader.walk(value as Table, []);
  } catch (cause) {
    if (!(cause instanceof Issue)) throw cause;
    return { success: false, error: { issues: [cause] } };
  }
  return { success: true, data: reader.file };
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
    if (key.levels.length === 1 && key.name.startsWith("resolved.") && value === "") return true;
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
    (this.file as unknown as Record<string, Record<string, ConfigValue>>)[field]![
      map.wholeNames ? whole : name
    ] = said;
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
