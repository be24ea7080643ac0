/**
 * Crab files: what the user has set for one agent. Made from the agent's own defaults at first use, the user's from then on.
 *
 * @module
 */

import type { CrabFile } from "../config/crab_file.ts";
import type { SystemPaths } from "../config/paths.ts";
import { SHARE_KINDS, SHARE_SCOPES } from "../config/settings/maps.ts";
import { KanibakoError } from "../host/error.ts";
import { parseToml, readToml, type Schema, type SchemaIssue, writeText } from "../host/store.ts";
import { crabId, GENERAL } from "../../targets/discover.ts";
import { isRecord } from "../../targets/json.ts";
import type { Target } from "../../targets/target.ts";
import { tweakOf } from "./tweak/tweak.ts";

export type { CrabFile } from "../config/crab_file.ts";

const DEFAULT_TEMPLATE = "standard";

/** Where crab files are: the configured folder, and beside the data the one of older versions. */
export type CrabFolders = Pick<SystemPaths, "data" | "crabs">;

function searched(folders: CrabFolders): string[] {
  return [folders.crabs, `${folders.data}/agents`];
}

/** A table of a crab file. */
export type Table = Readonly<Record<string, unknown>>;

/** The crab file of an agent; made when there is none. */
export async function openCrabFile(folders: CrabFolders, target: Target): Promise<CrabFile> {
  const id = crabId(target);
  const found = await readCrabFile(folders, id);
  if (found) return found;
  const path = `${folders.crabs}/${checked(id)}.toml`;
  await writeText(path, newCrabFile(target));
  return (await readCrabFile(folders, id))!;
}

/** The text of a new file. It sets nothing but the name: what is not set follows the system's configuration and then the agent's defaults. */
export function newCrabFile(target: Target): string {
  const settings = target.settings.map(({ key, description, default: value, choices }) =>
    `# ${description}${choices.length > 0 ? ` (${choices.join(", ")})` : ""}\n# ${key} = ${
      JSON.stringify(value)
    }\n`
  );
  return `# What every box with ${target.displayName} gets.
[crab]
name = ${JSON.stringify(target.displayName)}
# The template new homes are made from.
shell = ${JSON.stringify(DEFAULT_TEMPLATE)}
# Arguments the agent always gets.
run_args = []
${settings.join("")}
# Variables.
[env]

# Caches that boxes share: name = "path in the home".
[shared]
`;
}

/** The crab file of shells, if the user has made one. */
export function readGeneralCrab(folders: CrabFolders): Promise<CrabFile | undefined> {
  return readCrabFile(folders, GENERAL);
}

/** Where the general crab's file may be. */
export function generalCrabFiles(folders: CrabFolders): string[] {
  return searched(folders).map((folder) => `${folder}/${GENERAL}.toml`);
}

/** A crab file: `crabs/<id>.toml`, or `agents/<id>.toml` as older versions wrote it. */
export async function readCrabFile(folders: CrabFolders, id: string): Promise<CrabFile | undefined> {
  for (const folder of searched(folders)) {
    const path = `${folder}/${checked(id)}.toml`;
    const content = await readToml(path, schema);
    if (content) return { id, path, ...content, name: content.name || id };
  }
  return undefined;
}

/** Every crab file there is, sorted by id. Makes none. */
export async function listCrabs(folders: CrabFolders): Promise<readonly CrabFile[]> {
  const ids = new Set<string>();
  for (const folder of searched(folders)) {
    try {
      for await (const entry of Deno.readDir(folder)) {
        const id = entry.name.replace(/\.toml$/, "");
        if (id !== entry.name && isId(id) && !entry.isDirectory) ids.add(id);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  const crabs = await Promise.all([...ids].sort().map((id) => readCrabFile(folders, id)));
  return crabs.filter((crab) => crab !== undefined);
}

function isId(id: string): boolean {
  return /^[a-z0-9][a-z0-9_-]{0,62}$/.test(id);
}

function checked(id: string): string {
  if (isId(id)) return id;
  throw new KanibakoError("bad-crab", `Cannot use ${JSON.stringify(id)} as the name of a crab`, {
    hint: "Use lower-case letters, digits, dashes and underscores.",
  });
}

/** Where the file of an agent is, or would be. Throws `bad-crab` for what is no id. */
export async function crabPath(folders: CrabFolders, id: string): Promise<string> {
  return (await readCrabFile(folders, id))?.path ?? `${folders.crabs}/${checked(id)}.toml`;
}

/** What the text of a crab file says; errors name `path`. */
export function crabFileOf(text: string, path: string): Promise<Omit<CrabFile, "id" | "path">> {
  return parseToml(text, path, schema);
}

/** The tables of a crab file that was read before, and its shares and seeds by their whole key. */
export function crabTables(whole: Table): {
  readonly crab: Table;
  readonly agent: Table;
  readonly state: Table;
  readonly env: Table;
  readonly shared: Table;
  readonly binds: Readonly<Record<string, string>>;
} {
  const table = (key: string) => (whole[key] ?? {}) as Table;
  return {
    crab: table("crab"),
    agent: table("agent"),
    state: table("state"),
    env: table("env"),
    shared: table("shared"),
    binds: contentOf(whole, []).binds ?? {},
  };
}

const schema: Schema<Omit<CrabFile, "id" | "path">> = {
  safeParse: (value) => {
    const issues: SchemaIssue[] = [];
    const data = contentOf(value as Table, issues);
    return issues.length > 0 ? { success: false, error: { issues } } : { success: true, data };
  },
};

/** Tables a crab file may have. */
const TABLES: readonly string[] = [
  ...new Set(["crab", "agent", "state", "env", "shared", "tweakcc", ...SHARE_SCOPES]),
];
/** Keys of `crab` that are not settings of the agent. `path`: shares and seeds, read by the configuration. */
const IDENTITY = ["name", "shell", "run_args", "path"];

/** Takes both shapes: settings beside the name in `crab`, or in a table `state` beside `agent`. */
function contentOf(whole: Table, issues: SchemaIssue[]): Omit<CrabFile, "id" | "path"> {
  for (const key of Object.keys(whole)) {
    if (!TABLES.includes(key)) {
      issues.push({ path: [key], message: `unknown; known are ${TABLES.join(", ")}` });
    }
  }
  const table = (key: string): Table => {
    const value = whole[key] ?? {};
    if (typeof value === "object" && !Array.isArray(value)) return value as Table;
    issues.push({ path: [key], message: "expected a table" });
    return {};
  };
  const texts = (key: string, values: Table, except: readonly string[] = []): Record<string, string> => {
    const found: Record<string, string> = {};
    for (const [name, value] of Object.entries(values)) {
      if (except.includes(name)) continue;
      if (typeof value === "object") {
        issues.push({ path: [key, name], message: "expected text, a number or true/false" });
      } else found[name] = String(value);
    }
    return found;
  };
  const text = (key: string, name: string, value: unknown, fallback: string): string => {
    if (value === undefined) return fallback;
    if (typeof value === "string") return value;
    issues.push({ path: [key, name], message: "expected text" });
    return fallback;
  };
  const crab = table("crab");
  const agent = table("agent");
  const runArgs = crab["run_args"] ?? agent["default_args"];
  const binds: Record<string, string> = Object.assign(
    {},
    ...SHARE_SCOPES.map((scope) => bindsOf(scope, table(scope), issues)),
  );
  const isList = Array.isArray(runArgs) && runArgs.every((word) => typeof word === "string");
  const missing = [
    ...(runArgs !== undefined && !isList ? [["run_args", "it is no list of texts"] as const] : []),
  ];
  const tweak = tweakOf(table("tweakcc"), issues);
  return {
    ...(tweak ? { tweak } : {}),
    name: text("crab", "name", crab["name"] ?? agent["name"], ""),
    template: text("crab", "shell", crab["shell"] ?? agent["shell"], DEFAULT_TEMPLATE),
    runArgs: isList ? runArgs : [],
    state: { ...texts("state", table("state")), ...texts("crab", crab, IDENTITY) },
    env: texts("env", table("env")),
    shared: texts("shared", table("shared")),
    ...(Object.keys(binds).length > 0 ? { binds } : {}),
    ...(missing.length > 0 ? { missing } : {}),
  };
}

const KINDS: readonly string[] = SHARE_KINDS;

/** Shares and seeds of one scope, by their whole key. A name may hold dots, and be written as tables. */
function bindsOf(scope: string, table: Table, issues: SchemaIssue[]): Record<string, string> {
  const found: Record<string, string> = {};
  const walk = (values: Table, path: readonly string[]): void => {
    for (const [name, value] of Object.entries(values)) {
      const here = [...path, name];
      if (here.length === 3 && !KINDS.includes(name)) {
        issues.push({ path: here, message: `unknown; known are ${KINDS.join(", ")}` });
      } else if (isRecord(value)) walk(value, here);
      else if (here.length > 3 && typeof value === "string") found[here.join(".")] = value;
      else issues.push({ path: here, message: 'expected "folder on this machine:folder in the box"' });
    }
  };
  for (const [name, value] of Object.entries(table)) {
    if (name === "path" && isRecord(value)) walk(value, [scope, "path"]);
    else if (scope !== "crab") {
      issues.push({ path: [scope, name], message: "unknown; only path is allowed here" });
    } else if (name === "path") issues.push({ path: [scope, name], message: "expected a table" });
  }
  return found;
}
