/**
 * A configuration file of any level, read by the declarations: typed values, and nothing unknown passed over.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { parseToml, readText } from "../host/store.ts";
import { type ConfigFile, EMPTY } from "./file_content.ts";
import { readTable, type StoredEntry, type TableContent } from "./file_reader.ts";
import { SETTINGS } from "./settings/all.ts";
import type { ConfigLevel } from "./settings/declare.ts";
import type { Registry } from "./settings/registry.ts";

export { type ConfigFile, type ConfigMaps, EMPTY, fileMaps } from "./file_content.ts";
export type { StoredEntry } from "./file_reader.ts";

/** Reads a file of that level. {@link EMPTY} when there is none. */
export async function readConfig(path: string, level: ConfigLevel): Promise<ConfigFile> {
  const text = await readText(path);
  return text === undefined ? EMPTY : await parseConfig(text, path, level);
}

/** Reads text of that level; errors name `path`. */
export async function parseConfig(
  text: string,
  path: string,
  level: ConfigLevel,
  registry: Registry = SETTINGS,
): Promise<ConfigFile> {
  return (await contentOf(text, path, level, registry)).file;
}

/** What text of that level says, setting by setting under the names users type; errors name `path`. */
export async function parseEntries(
  text: string,
  path: string,
  level: ConfigLevel,
): Promise<ReadonlyMap<string, StoredEntry>> {
  return (await contentOf(text, path, level, SETTINGS)).entries;
}

const NOTHING: TableContent = { file: EMPTY, entries: new Map() };
/** The text read last, which a command that changes it asks for several times. Of each level one. */
const latest = new Map<ConfigLevel, { readonly text: string; readonly content: TableContent }>();

async function contentOf(
  text: string,
  path: string,
  level: ConfigLevel,
  registry: Registry,
): Promise<TableContent> {
  if (setsNothing(text)) return NOTHING;
  const known = registry === SETTINGS ? latest.get(level) : undefined;
  if (known?.text === text) return known.content;
  const content = await parseToml(text, path, { safeParse: (value) => readTable(level, registry, value) })
    .catch((error: unknown) => {
      throw bothValueAndTable(error, text, registry);
    });
  if (registry === SETTINGS) latest.set(level, { text, content });
  return content;
}

/**
 * TOML allows `network = "filtered"` or a table `[network.rule]`, and not both: the value has another place, where it is in nobody's
 * way.
 */
function bothValueAndTable(error: unknown, text: string, registry: Registry): unknown {
  if (!(error instanceof KanibakoError)) return error;
  const tables = new Set(
    [...text.matchAll(/^[ \t]*\[?[ \t]*([a-z_]+)[ \t]*[.\]]/gm)].map((match) => match[1]!),
  );
  for (const [line, name] of text.matchAll(/^[ \t]*([a-z_]+)[ \t]*=.*$/gm)) {
    const stored = tables.has(name!) ? registry.spellings().get(name!)?.key.stored : undefined;
    const [section, ...rest] = stored?.split(".") ?? [];
    if (section === undefined || rest.length !== 1) continue;
    const { code, message, hints, exitCode } = error;
    const value = line.slice(line.indexOf("=") + 1).trim();
    return new KanibakoError(code, message, {
      exitCode,
      cause: error,
      hint: [
        ...hints,
        `${name} cannot be a value and a table at once. Write the value as: ${stored} = ${value}`,
        `It can also stand below [${section}]: ${rest[0]} = ${value}`,
      ],
    });
  }
  return error;
}

/** Whether a text is comments and known headings only, as a new configuration is: then it costs no parsing. */
export function setsNothing(text: string): boolean {
  return text.split("\n").every((line) =>
    line === "" || (line.startsWith("#") && !CONTROL.test(line)) || headings().has(line)
  );
}

let known: ReadonlySet<string> | undefined;

/** Headings under which settings stand, and one that older programs wrote. */
function headings(): ReadonlySet<string> {
  return known ??= new Set([
    ...SETTINGS.keys.flatMap(({ stored }) =>
      stored.includes(".") ? [`[${stored.slice(0, stored.lastIndexOf("."))}]`] : []
    ),
    "[shared]",
  ]);
}

// deno-lint-ignore no-control-regex
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;
