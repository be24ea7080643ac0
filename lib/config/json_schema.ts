/**
 * The JSON Schema of the configuration's files, for editors and other programs. Made from the table of keys.
 *
 * @module
 */

import { type ConfigLevel, FAMILIES, type Key, KEYS } from "./keys.ts";
import { storedForm } from "./value.ts";

/** A JSON Schema, or part of one. */
export type JsonSchema = { readonly [name: string]: unknown };

/** The schema of the file of a level. That of the system also holds those of the others, by level. */
export function jsonSchema(level: ConfigLevel): JsonSchema {
  const others: readonly ConfigLevel[] = level === "system" ? ["workset", "box", "crab"] : [];
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: TITLES[level],
    ...fileSchema(level),
    ...(others.length === 0 ? {} : {
      $defs: Object.fromEntries(others.map((one) => [one, { title: TITLES[one], ...fileSchema(one) }])),
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

function fileSchema(level: ConfigLevel): JsonSchema {
  const root = table();
  for (const key of KEYS.filter(({ levels }) => levels.includes(level))) {
    const stored = level === "crab" ? `crab.${key.name}` : key.stored;
    const said = { description: key.meaning, ...valueSchema(key) };
    put(root, stored.split("."), said);
    for (const alias of aliasesIn(key, level)) {
      put(root, alias.split("."), { ...said, deprecated: true, description: `The same as ${stored}.` });
    }
    for (const alias of level === "crab" ? [] : key.inverted ?? []) {
      put(root, alias.split("."), {
        type: "boolean",
        deprecated: true,
        description: `The opposite of ${stored}.`,
      });
    }
  }
  for (const scope of ["system", "crab", "workset", "box"]) {
    for (const kind of ["share_ro", "share_rw", "seeded"]) {
      const bind = tableAt(root, [scope, "path", kind]);
      bind.additionalProperties = {
        type: "string",
        description: '"folder on this machine:folder in the box"',
      };
    }
  }
  for (const { stored, levels, meaning } of FAMILIES) {
    if (stored === undefined || !levels.includes(level)) continue;
    const family = tableAt(root, [stored]);
    family.additionalProperties = stored === "resource_overrides"
      ? { enum: ["shared", "seeded", "project"], description: meaning }
      : { type: ["string", "number", "boolean"], description: meaning };
  }
  if (level === "crab") agentTables(root);
  return root;
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
  tableAt(root, ["tweakcc"]).additionalProperties = true;
}

function table(): Table {
  return { type: "object", properties: {}, additionalProperties: false };
}

/** Spellings that older files use. What is only a word of the command line stands in no file by itself, but is read too. */
function aliasesIn(key: Key, level: ConfigLevel): readonly string[] {
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

function valueSchema(key: Key): JsonSchema {
  const usual = key.default === undefined ? {} : { default: storedForm(key, key.default) };
  switch (key.type) {
    case "boolean":
      return { type: "boolean", ...usual };
    case "auth":
      return { enum: [true, false, "shared", "distinct"], ...usual };
    case "choice":
      return { enum: key.choices, ...usual };
    case "bytes":
      return {
        anyOf: [{ type: "string", pattern: SIZE }, { type: "integer", minimum: 6 * 2 ** 20 }],
        ...usual,
      };
    case "cpus":
      return { anyOf: [{ type: "number", exclusiveMinimum: 0 }, { enum: ["none", "unlimited"] }], ...usual };
    case "integer":
      return { type: "integer", minimum: key.range?.[0] ?? 0, ...most(key.range?.[1]), ...usual };
    default:
      return { type: "string", ...usual };
  }
}

function most(limit: number | undefined): JsonSchema {
  return limit === undefined ? {} : { maximum: limit };
}
