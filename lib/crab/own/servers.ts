/**
 * Which servers an agent may talk to from a box: those that a setting names, and no others.
 *
 * @module
 */

import { isRecord, type JsonRecord } from "../../../targets/json.ts";

/** Every server there is. */
const ALL = "*";

/** The servers of a table that are named. What is no table has none: a path to another file, say, cannot be looked through. */
export function namedServers(table: unknown, names: readonly string[]): JsonRecord {
  if (!isRecord(table)) return {};
  return Object.fromEntries(
    Object.entries(table).filter(([name, server]) => isRecord(server) && isNamed(name, names)),
  );
}

/** What begins the mark of each server that was given into a table of a file. */
export function serverPrefix(kind: string, path: string, key: string): string {
  return `${kind}:${path}:${key}:`;
}

/** Whether a server is named. */
export function isNamed(name: string, names: readonly string[]): boolean {
  return names.includes(name) || names.includes(ALL);
}

/** The document with only those servers that are named. Without a place it is a table of servers itself. */
export function onlyNamed(
  document: JsonRecord,
  place: string | undefined,
  names: readonly string[],
): JsonRecord {
  if (place === undefined) return namedServers(document, names);
  return within(document, place.split("."), names) as JsonRecord;
}

function within(value: unknown, [name = "", ...rest]: readonly string[], names: readonly string[]): unknown {
  if (Array.isArray(value)) {
    return name === ALL ? value.map((one) => within(one, rest, names)) : value;
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => {
      if (name !== ALL && key !== name) return [[key, one]];
      if (rest.length > 0) return [[key, within(one, rest, names)]];
      const named = namedServers(one, names);
      return Object.keys(named).length === 0 ? [] : [[key, named]];
    }),
  );
}

/** A text without the servers that its header in YAML defines, as texts for agents may have one; unless every server is named. */
export function withoutHeaderServers(text: string, names: readonly string[]): string {
  if (names.includes(ALL)) return text;
  const [header] = /^\ufeff?---\r?\n[^]*?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/.exec(text) ?? [];
  if (header === undefined) return text;
  let drops = false;
  const lines = header.split("\n").filter((line) => {
    // What is indented, and items of a list, belong to the key above.
    if (/^[^\s#-]/.test(line) || /^---|^\.\.\./.test(line)) {
      drops = /^\{|^["']?(?:mcp|lsp)[-_]?servers["']?\s*:/i.test(line);
    }
    return !drops;
  });
  return lines.join("\n") + text.slice(header.length);
}

/** An object with a value at a place. */
export function nested(place: string, value: unknown): JsonRecord {
  return place.split(".").reduceRight((inner: unknown, name) => ({ [name]: inner }), value) as JsonRecord;
}
