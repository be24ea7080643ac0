/**
 * The JSON Schema of the configuration's files, for editors and other programs. Made from the declarations.
 *
 * @module
 */

import { SETTINGS } from "./settings/all.ts";
import type { ConfigLevel, Declared } from "./settings/declare.ts";
import type { Registry } from "./settings/registry.ts";
import type { ConfigValue, ValueType } from "./settings/types.ts";
import { storedForm } from "./value.ts";

/** A JSON Schema, or part of one. */
export type JsonSchema = { readonly [name: string]: unknown };

/** The schema of the file of a level. That of the system also holds those of the others, by level. */
export function jsonSchema(level: ConfigLevel, registry: Registry = SETTINGS): JsonSchema {
  const others: readonly ConfigLevel[] = level === "system" ? ["workset", "box", "crab"] : [];
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: TITLES[level],
    ...fileSchema(level, registry),
    ...(others.length === 0 ? {} : {
      $defs: Object.fromEntries(
        others.map((one) => [one, { title: TITLES[one], ...fileSchema(one, registry) }]),
      ),
    }),
  };
}

const TITLES: Readonly<Record<ConfigLevel, string>> = {
  system: "kanibako.toml: the system's configuration",
  workset: "config.toml: a workset's configuration",
  box: "project.toml: a box's configuration",
  crab: "crabs/AGENT.toml: an agent's configuration",
};

interface Table {
  readonly type: "object";
  properties: Record<string, JsonSchema | Table>;
  additionalProperties: boolean | JsonSchema;
  [name: string]: unknown;
}

function fileSchema(level: ConfigLevel, registry: Registry): JsonSchema {
  const root = table();
  for (const key of registry.keys.filter(({ levels }) => levels.includes(level))) {
    const stored = level === "crab" ? `crab.${key.name}` : key.stored;
    const said = { description: described(key), ...valueSchema(key) };
    put(root, stored.split("."), said);
    for (const alias of aliasesIn(key, level)) {
      put(root, alias.split("."), { ...said, deprecated: true, description: `The same as ${stored}.` });
    }
    for (const alias of level === "crab" ? [] : key.inverted) {
      put(root, alias.split("."), {
        type: "boolean",
        deprecated: true,
        description: `The opposite of ${stored}.`,
      });
    }
  }
  for (const map of Object.values(registry.maps).filter(({ levels }) => levels.includes(level))) {
    for (const table of map.tables) {
      // Older names of a table are read, and not recommended.
      if (map.mixed && table !== map.name) continue;
      const description = map.wholeNames ? '"folder on this machine:folder in the box"' : map.meaning;
      tableAt(root, table.split(".")).additionalProperties = { ...typeSchema(map.type.of), description };
    }
  }
  if (level === "crab") agentTables(root);
  return root;
}

function described({ meaning, missing }: Declared): string {
  return missing === undefined ? meaning : `${meaning} No effect: ${missing}.`;
}

function agentTables(root: Table): void {
  const crab = tableAt(root, ["crab"]);
  crab.properties["name"] = { type: "string", description: "The agent's name, for people." };
  crab.properties["shell"] = { type: "string", description: "The template new homes are made from." };
  crab.properties["run_args"] = {
    type: "array",
    items: { type: "string" },
    description: "Arguments the agent always gets.",
  };
  tableAt(root, ["env"]).additionalProperties = { type: "string", description: "A variable." };
  Object.assign(tableAt(root, ["tweakcc"]).properties, {
    enabled: {
      type: "boolean",
      default: false,
      description: "Whether tweakcc changes a copy of the agent's program.",
    },
    config: {
      type: "string",
      description: "A file of tweakcc's own configuration: a path that begins with ~/ or /.",
    },
    settings: { type: "object", description: "Settings of tweakcc, stronger than those of the file." },
  });
}

function table(): Table {
  return { type: "object", properties: {}, additionalProperties: false };
}

/** Spellings that older files use. What is only a word of the command line is written into no file, but is read too. */
function aliasesIn(key: Declared, level: ConfigLevel): readonly string[] {
  return level === "crab" ? [] : [key.name, ...key.aliases].filter((name) => name !== key.stored);
}

function put(root: Table, path: readonly string[], schema: JsonSchema): void {
  const parent = tableAt(root, path.slice(0, -1));
  const last = path.at(-1)!;
  const there = parent.properties[last] as Table | undefined;
  // A name may be a value in older files and a table in newer ones.
  parent.properties[last] = there?.type === "object" ? { anyOf: [there, schema] } : schema;
}

function tableAt(root: Table, path: readonly string[]): Table {
  let at = root;
  for (const part of path) {
    const there = at.properties[part];
    if (there === undefined) at = (at.properties[part] = table()) as Table;
    else if (there["type"] === "object") at = there as Table;
    else {
      const options = (there["anyOf"] ?? [there]) as JsonSchema[];
      let inner = options.find((one) => one["type"] === "object") as Table | undefined;
      if (!inner) at.properties[part] = { anyOf: [inner = table(), ...options] };
      at = inner;
    }
  }
  return at;
}

/** A number with a unit. */
const SIZE = "^(none|unlimited|[0-9]+(\\.[0-9]+)?([bkmgtBKMGT](i?[bB])?)?)$";

function valueSchema(key: Declared): JsonSchema {
  const usual = key.default === undefined || key.usually !== undefined
    ? {}
    : { default: storedForm(key, key.default as ConfigValue) };
  return { ...typeSchema(key.type), ...usual };
}

function typeSchema(type: ValueType<unknown>): JsonSchema {
  switch (type.kind) {
    case "boolean":
      return { type: "boolean" };
    case "auth":
      return { enum: [true, false, "shared", "distinct", "guarded"] };
    case "choice":
      return { enum: type.choices };
    case "bytes":
      return {
        anyOf: [{ type: "string", pattern: SIZE }, {
          type: "integer",
          minimum: type.range?.[0] ?? 6 * 2 ** 20,
        }],
      };
    case "cpus":
      return { anyOf: [{ type: "number", exclusiveMinimum: 0 }, { enum: ["none", "unlimited"] }] };
    case "duration":
      return { type: "string", pattern: "^(none|unlimited|[0-9]+(\\.[0-9]+)?[smhd])$" };
    case "integer":
      return { type: "integer", minimum: type.range?.[0] ?? 0, ...most(type.range?.[1]) };
    case "list":
      return { type: "array", items: typeSchema(type.of!) };
    case "port":
      return { type: ["string", "integer"] };
    case "scalar":
    case "cache":
      return { type: ["string", "number", "boolean"] };
    default:
      return { type: "string" };
  }
}

function most(limit: number | undefined): JsonSchema {
  return limit === undefined ? {} : { maximum: limit };
}
