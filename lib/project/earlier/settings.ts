/**
 * Settings of the earlier program as settings of this one: what it knows is taken, and the rest is named.
 *
 * @module
 */

import { type ConfigFile, parseConfig } from "../../config/file.ts";
import { readTable } from "../../config/file_reader.ts";
import { SETTINGS } from "../../config/settings/all.ts";
import type { ConfigLevel } from "../../config/settings/declare.ts";
import { escapeControl } from "../../host/ui/text.ts";
import { isTable, type Table } from "./document.ts";

/** What came of settings. */
export interface TakenSettings {
  /** What is taken, as a table that {@link ConfigFile} was read from. */
  readonly table: Table;
  readonly text: string;
  readonly config: ConfigFile;
  /** What is not: a key, and why. */
  readonly left: readonly string[];
}

/** Most settings that are left out before a file is given up. */
const MAX_LEFT = 200;
/** Most characters of a reason. */
const SHOWN = 160;

/** Takes what this program understands of a table, for a file of that level. `own`: what is written beside it. */
export async function takeSettings(
  table: Table,
  level: ConfigLevel,
  own: Table = {},
): Promise<TakenSettings> {
  const kept = copyOf(table);
  for (const [name, value] of Object.entries(own)) kept[name] = value;
  const left: string[] = [];
  for (;;) {
    const result = readTable(level, SETTINGS, kept);
    if (result.success) break;
    const [issue] = result.error.issues;
    const path = (issue?.path ?? []).map(String);
    if (path.length === 0 || !drop(kept, path) || left.length >= MAX_LEFT) {
      // Nothing more particular is known: then nothing but what is written beside it.
      for (const name of Object.keys(kept)) delete kept[name];
      Object.assign(kept, own);
      left.push("all of its settings: they cannot be read");
      break;
    }
    left.push(escapeControl(`${path.join(".")} (${short(issue!.message)})`));
  }
  prune(kept);
  const { stringify } = await import("../../host/toml.ts");
  const text = stringify(kept);
  return { table: kept, text, config: await parseConfig(text, "settings", level), left };
}

/** A copy that may be changed. */
export function copyOf(table: Table): Table {
  return Object.fromEntries(
    Object.entries(table).map(([name, value]) => [name, isTable(value) ? copyOf(value) : value]),
  );
}

/** Takes one entry out. False where there is none. */
export function drop(table: Table, path: readonly string[]): boolean {
  const [name, ...rest] = path;
  if (name === undefined || !Object.hasOwn(table, name)) return false;
  const inner = table[name];
  if (rest.length > 0) return isTable(inner) && drop(inner, rest);
  return delete table[name];
}

/** Leaves out tables that say nothing. */
function prune(table: Table): void {
  for (const [name, value] of Object.entries(table)) {
    if (!isTable(value)) continue;
    prune(value);
    if (Object.keys(value).length === 0) delete table[name];
  }
}

function short(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
}
