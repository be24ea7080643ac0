/**
 * A configuration file of any level, read by the declarations: typed values, and nothing unknown passed over.
 *
 * @module
 */

import { parseToml, readToml, type Schema } from "../host/store.ts";
import { type ConfigFile, EMPTY } from "./file_content.ts";
import { readTable, type StoredEntry } from "./file_reader.ts";
import { SETTINGS } from "./settings/all.ts";
import type { ConfigLevel } from "./settings/declare.ts";
import type { Registry } from "./settings/registry.ts";

export { type ConfigFile, type ConfigMaps, EMPTY, fileMaps } from "./file_content.ts";
export type { StoredEntry } from "./file_reader.ts";

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

/** What text of that level says, setting by setting under the names users type; errors name `path`. */
export async function parseEntries(
  text: string,
  path: string,
  level: ConfigLevel,
): Promise<ReadonlyMap<string, StoredEntry>> {
  if (setsNothing(text)) return new Map();
  return await parseToml(text, path, {
    safeParse(value) {
      const result = readTable(level, SETTINGS, value);
      return result.success ? { success: true, data: result.data.entries } : result;
    },
  });
}

/** The schema of a file of that level. */
function configSchema(level: ConfigLevel, registry: Registry = SETTINGS): Schema<ConfigFile> {
  return {
    safeParse(value) {
      const result = readTable(level, registry, value);
      return result.success ? { success: true, data: result.data.file } : result;
    },
  };
}
