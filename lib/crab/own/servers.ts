/**
 * Which servers an agent may talk to from a box: those that a setting names, and no others.
 *
 * @module
 */

import { isRecord, type JsonRecord } from "../../../targets/json.ts";
import { at } from "../../../targets/declared/key_path.ts";
import { without } from "./document.ts";

/** Every server there is. */
const ALL = "*";

/** The servers of a table that are named. What is no table has none: a path to another file, say, cannot be looked through. */
export function namedServers(table: unknown, names: readonly string[]): JsonRecord {
  if (!isRecord(table)) return {};
  return Object.fromEntries(
    Object.entries(table).filter(([name, server]) =>
      isRecord(server) && (names.includes(name) || names.includes(ALL))
    ),
  );
}

/** The names of the servers of a table. */
export function serverNames(table: unknown): string[] {
  return isRecord(table)
    ? Object.entries(table).filter(([, one]) => isRecord(one)).map(([name]) => name)
    : [];
}

/** The table of a document; without a key the document is one. */
export function tableOf(document: JsonRecord, key: string | undefined): unknown {
  if (key === undefined) return document;
  return at(document, key);
}

/** The document with only those servers that are named. */
export function onlyNamed(
  document: JsonRecord,
  key: string | undefined,
  names: readonly string[],
): JsonRecord {
  const taken = namedServers(tableOf(document, key), names);
  if (key === undefined) return taken;
  const rest = without(document, key) as JsonRecord;
  return Object.keys(taken).length === 0 ? rest : { ...rest, ...nested(key, taken, rest) };
}

/** An object with a value at a place, beside what is there. */
export function nested(key: string, value: unknown, beside: JsonRecord = {}): JsonRecord {
  const [name = "", ...rest] = key.split(".");
  if (rest.length === 0) return { [name]: value };
  const inner = beside[name];
  const among = isRecord(inner) ? inner : {};
  return { [name]: { ...among, ...nested(rest.join("."), value, among) } };
}
