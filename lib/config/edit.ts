/**
 * Changes a configuration file the user may have written, keeping his comments and his order.
 *
 * @module
 */

import { cannot, FileLock, readText, writeText } from "../host/store.ts";
import { parseConfig } from "./file.ts";
import type { ConfigLevel, ConfigValue } from "./keys.ts";

/** One change: a value to set, or `undefined` to take the key out. */
export interface Edit {
  /** The place in the file, part by part: a part may hold dots. */
  readonly path: readonly string[];
  readonly value: ConfigValue | undefined;
}

type Table = Record<string, unknown>;

/**
 * Applies edits to a file, all or none, under a lock. The result is read through the level's schema before it is
 * written, so that a file that was sound stays sound. Returns whether anything changed.
 */
export async function editConfig(
  file: string,
  level: ConfigLevel,
  edits: readonly Edit[],
  lockFile: string,
): Promise<boolean> {
  using _lock = await FileLock.acquire(lockFile);
  const before = await readText(file) ?? "";
  await parseConfig(before, file, level);
  const after = await applyEdits(before, edits);
  if (after === before) return false;
  await parseConfig(after, file, level);
  await writeText(file, after, await modeOf(file));
  return true;
}

/** Applies edits to the text of a TOML file. */
export async function applyEdits(text: string, edits: readonly Edit[]): Promise<string> {
  const { parse, patch } = await import("@decimalturn/toml-patch");
  const value = parse(text) as Table;
  let changed = false;
  for (const edit of edits) changed = apply(value, edit) || changed;
  return changed ? patch(text, value) : text;
}

function apply(root: Table, { path, value }: Edit): boolean {
  const trail: [Table, string][] = [];
  let table = root;
  for (const part of path.slice(0, -1)) {
    trail.push([table, part]);
    const next = Object.hasOwn(table, part) ? table[part] : undefined;
    if (typeof next === "object" && next !== null && !Array.isArray(next)) table = next as Table;
    else if (value === undefined) return false;
    else table = (table[part] = {}) as Table;
  }
  const last = path.at(-1)!;
  if (value !== undefined) {
    if (Object.hasOwn(table, last) && table[last] === value) return false;
    table[last] = value;
    return true;
  }
  if (!Object.hasOwn(table, last)) return false;
  delete table[last];
  for (const [parent, part] of trail.toReversed()) {
    if (Object.keys(parent[part] as Table).length === 0) delete parent[part];
  }
  return true;
}

async function modeOf(file: string): Promise<number> {
  try {
    return ((await Deno.stat(file)).mode ?? 0o600) & 0o777;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return 0o600;
    throw cannot("read", file, cause);
  }
}
