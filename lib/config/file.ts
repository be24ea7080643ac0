/**
 * A configuration file of any level, read by the table of keys: typed values, and nothing unknown passed over.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { parseToml, readToml, type Schema, type SchemaIssue } from "../host/store.ts";
import { nearest } from "../host/ui/text.ts";
import { type ConfigLevel, type ConfigValue, FAMILIES, spellings } from "./keys.ts";
import { parseValue } from "./value.ts";

/** Whose a resource is. */
export type Scope = "shared" | "seeded" | "project";

/** What one file sets. A key that is absent is not set; a key that is there is, whatever its value. */
export interface ConfigFile {
  /** By the key's name. */
  readonly values: Readonly<Record<string, ConfigValue>>;
  /** Settings of the agent that this program does not know, by key. */
  readonly agent: Readonly<Record<string, string>>;
  /** Resource scopes, by path. */
  readonly resources: Readonly<Record<string, Scope>>;
  /** Shared caches: name to path. */
  readonly shared: Readonly<Record<string, string>>;
  /** Shares and seeds: dotted key to `host:guest`. */
  readonly binds: Readonly<Record<string, string>>;
}

/** A file that sets nothing. */
export const EMPTY: ConfigFile = { values: {}, agent: {}, resources: {}, shared: {}, binds: {} };

const BIND = /^(system|crab|workset|box)\.path\.(share_ro|share_rw|seeded)$/;
const AGENT_TABLES = new Set(["crab", "target_settings", "crab_settings"]);
const SCOPES: readonly string[] = ["shared", "seeded", "project"];

type Table = Record<string, unknown>;

/** Reads a file of that level. {@link EMPTY} when there is none. */
export async function readConfig(path: string, level: ConfigLevel): Promise<ConfigFile> {
  return await readToml(path, configSchema(level)) ?? EMPTY;
}

/** Reads text of that level; errors name `path`. */
export async function parseConfig(text: string, path: string, level: ConfigLevel): Promise<ConfigFile> {
  return setsNothing(text) ? EMPTY : await parseToml(text, path, configSchema(level));
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
      const reader = new Reader(level);
      const result = read(reader, value);
      return result.success ? { success: true, data: reader.entries } : result;
    },
  });
}

/** The schema of a file of that level. */
function configSchema(level: ConfigLevel): Schema<ConfigFile> {
  return {
    safeParse: (value) => read(new Reader(level), value),
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
  readonly file = {
    values: {} as Record<string, ConfigValue>,
    agent: record<string>(),
    resources: record<Scope>(),
    shared: record<string>(),
    binds: record<string>(),
  };
  readonly entries = new Map<string, StoredEntry>();
  readonly #seen = new Map<string, string>();

  constructor(readonly level: ConfigLevel) {}

  walk(table: Table, path: readonly string[]): void {
    for (const [name, value] of Object.entries(table)) {
      const here = [...path, name];
      const dotted = here.join(".");
      if (BIND.test(dotted) && isTable(value)) {
        for (const [rest, bind, at] of leaves(value, here, dotted)) {
          this.note(rest, this.file.binds[rest] = text(bind, at), at);
        }
      } else if (dotted === "shared" && isTable(value)) {
        for (const [cache, target, at] of leaves(value, here, "")) {
          this.note(`shared.${cache}`, this.file.shared[cache] = text(target, at), at);
        }
      } else if (dotted === "resource_overrides" && isTable(value)) {
        for (const [resource, scope, at] of leaves(value, here, "")) this.resource(resource, scope, at);
      } else if (this.known(dotted, here, value)) {
        continue;
      } else if (AGENT_TABLES.has(path.join(".")) && !isTable(value)) {
        this.agent(name, here, value);
      } else if (isTable(value) && Object.keys(value).length > 0) {
        this.walk(value, here);
      } else if (!isTable(value) || !isSection(dotted)) {
        throw unknown(dotted, here);
      }
    }
  }

  known(dotted: string, path: readonly string[], value: unknown): boolean {
    const [section] = path;
    // Older project files call the section of the frozen paths `paths`, and hold the agent's settings in other tables.
    const spelling = this.level === "box" && section === "paths"
      ? dotted.replace("paths.", "resolved.")
      : path.length > 1 && AGENT_TABLES.has(section!)
      ? `crab.${path.slice(1).join(".")}`
      : dotted;
    const found = spellings().get(spelling);
    if (!found || isTable(value)) return false;
    const { key, inverted } = found;
    if (!key.levels.includes(this.level)) {
      throw new Issue(path, `${key.name} can be set at the level ${key.levels.join(", ")} only`);
    }
    const earlier = this.#seen.get(key.name);
    if (earlier) throw new Issue(path, `says the same as ${earlier}, which is set too`);
    this.#seen.set(key.name, dotted);
    if (key.levels.length === 1 && key.name.startsWith("resolved.") && value === "") return true;
    this.file.values[key.name] = invert(guarded(() => parseValue(key, value), path), inverted);
    this.note(key.name, this.file.values[key.name]!, path, inverted);
    return true;
  }

  note(name: string, value: ConfigValue, path: readonly string[], inverted = false): void {
    this.entries.set(name, { value, path, inverted });
  }

  agent(name: string, path: readonly string[], value: unknown): void {
    const meant = nearest(name, AGENT_KEYS);
    // A slip in a setting that decides what the agent may do must not pass as an agent's own setting.
    if (meant) throw new Issue(path, `unknown key. Did you mean ${meant}?`);
    this.note(`crab.${name}`, this.file.agent[name] = text(value, path), path);
  }

  resource(name: string, scope: unknown, path: readonly string[]): void {
    if (typeof scope !== "string" || !SCOPES.includes(scope)) {
      throw new Issue(path, `use ${SCOPES.join(", ")}`);
    }
    this.note(`resource.${name}`, this.file.resources[name] = scope as Scope, path);
  }
}

const AGENT_KEYS = ["model", "access", "start_mode", "autonomous"];
const SECTIONS = [...FAMILIES.flatMap(({ stored }) => stored ?? []), "target_settings", "crab_settings"];

/** A map in which no name has a meaning of its own. */
function record<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Whether an empty table of that name means something. */
function isSection(dotted: string): boolean {
  if (SECTIONS.includes(dotted) || BIND.test(dotted)) return true;
  if (/^(system|crab|workset|box)\.path$/.test(dotted) || dotted === "workset") return true;
  return [...spellings().keys()].some((name) => name.startsWith(`${dotted}.`));
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

function text(value: unknown, path: readonly string[]): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Issue(path, "use text in quotes");
}

function invert(value: ConfigValue, inverted: boolean): ConfigValue {
  return inverted ? !value : value;
}

function guarded<T>(action: () => T, path: readonly string[]): T {
  try {
    return action();
  } catch (cause) {
    if (!(cause instanceof KanibakoError)) throw cause;
    throw new Issue(path, [cause.message, ...cause.hints].join(" "));
  }
}

function unknown(dotted: string, path: readonly string[]): Issue {
  if (path[0] === "env") {
    return new Issue(
      path,
      "variables belong into the file `env` beside a box's project.toml, or in the data folder for every box, " +
        "one NAME=value a line",
    );
  }
  const meant = nearest(dotted, spellings().keys()) ?? nearest(path.at(-1)!, spellings().keys());
  return new Issue(path, `unknown key${meant ? `. Did you mean ${meant}?` : ""}`);
}
