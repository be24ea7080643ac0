/**
 * Changes one value in the text of a TOML document. What is not asked to change stays, character by character.
 *
 * @module
 */

import type { TomlTable, TomlValue } from "smol-toml";
import { KanibakoError } from "../host/error.ts";
import { editInline } from "./edit_inline.ts";
import { type Statement, statements } from "./toml_text.ts";

/** What a change can set. */
export type EditValue = string | number | boolean | readonly string[];

/** One change: a value to set, or `undefined` to take the key out. */
export interface Edit {
  /** The place in the file, part by part: a part may hold dots. */
  readonly path: readonly string[];
  readonly value: EditValue | undefined;
}

/**
 * Applies edits to the text of a TOML file. The result is read again and compared with what it should say. Throws
 * `cannot-edit` where a value cannot be changed without touching more than it.
 */
export async function applyEdits(text: string, edits: readonly Edit[]): Promise<string> {
  const toml = await import("../host/toml.ts");
  let current = text;
  for (const edit of edits) {
    const expected = toml.parse(current);
    if (!applyTo(expected, edit)) continue;
    const direct = edit.value === undefined
      ? takenOut(current, edit.path)
      : set(current, edit.path, valueText(edit.value));
    const isSound = direct !== undefined && says(toml.parse, direct, expected) &&
      keepsComments(current, direct);
    if (!isSound) throw cannotEdit(edit.path);
    current = direct;
  }
  return current;
}

function cannotEdit(path: readonly string[]): KanibakoError {
  return new KanibakoError(
    "cannot-edit",
    `Cannot change ${path.join(".")} in this file.`,
    { hint: "Edit the file by hand; kanibako cannot change this value without rewriting its surroundings." },
  );
}

/** Changes the value itself. False: it says so already. */
function applyTo(root: TomlTable, { path, value }: Edit): boolean {
  let table = root;
  for (const part of path.slice(0, -1)) {
    const next = Object.hasOwn(table, part) ? table[part] : undefined;
    if (isTable(next)) table = next;
    else if (next !== undefined) throw cannotEdit(path);
    else if (value === undefined) return false;
    else table = (table[part] = {}) as TomlTable;
  }
  const last = path.at(-1)!;
  const old = Object.hasOwn(table, last) ? table[last] : undefined;
  if (isTable(old)) throw cannotEdit(path);
  if (value === undefined) {
    if (old === undefined) return false;
    delete table[last];
    return true;
  }
  if (JSON.stringify(old) === JSON.stringify(value)) return false;
  table[last] = value as TomlValue;
  return true;
}

function isTable(value: unknown): value is TomlTable {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The text with the value set; `undefined`: it cannot be set without touching more than it. */
function set(text: string, path: readonly string[], value: string): string | undefined {
  const all = statements(text).filter(({ repeated }) => !repeated);
  const pairs = all.filter(({ kind }) => kind === "pair");
  const there = pairs.find((pair) => isPath(pair.path, path));
  if (there) return text.slice(0, there.valueStart) + value + text.slice(there.valueEnd);
  const around = pairs.find((pair) => startsWith(path, pair.path));
  if (around) return inside(text, around, path, value);

  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const parent = path.slice(0, -1);
  const line = (key: readonly string[]) => `${keyText(key)} = ${value}${end}`;
  if (parent.length === 0) return beforeHeadings(text, all, line(path), end);
  const heading = all.find(({ kind, path }) => kind === "heading" && isPath(path, parent));
  if (heading) {
    const example = exampleOf(text, heading, path.at(-1)!);
    if (example !== undefined) {
      return text.slice(0, example) + line(path.slice(-1)) + text.slice(example);
    }
    const last = pairs.findLast((pair) => pair.section === parent.length && startsWith(pair.path, parent));
    return insertedAfter(text, last ?? heading, line(path.slice(-1)), end);
  }
  // A table that dotted keys have made can be gone on with only beside them.
  const dotted = pairs.findLast((pair) => pair.section < parent.length && startsWith(pair.path, parent));
  if (dotted) return insertedAfter(text, dotted, line(path.slice(dotted.section)), end);
  const before = text === "" || /\n\r?\n$/.test(text) ? "" : text.endsWith("\n") ? end : end + end;
  return `${text}${before}[${keyText(parent)}]${end}${line(path.slice(-1))}`;
}

/** Where the line ends that shows the key, commented out, below its heading: new files are full of them. */
function exampleOf(text: string, heading: Statement, key: string): number | undefined {
  const after = statements(text).filter(({ start }) => start > heading.start);
  const end = after.find(({ kind }) => kind !== "pair")?.start ?? text.length;
  const name = key.replace(/[^A-Za-z0-9_-]/g, "\\$&");
  const lines = new RegExp(`^[ \\t]*#[ \\t]*${name}[ \\t]*=.*\n`, "gm");
  for (const found of text.slice(heading.end, end).matchAll(lines)) {
    const at = heading.end + found.index + found[0].length;
    // What looks like one may be part of a value.
    if (!after.some((one) => one.start < at && at < one.end)) return at;
  }
  return undefined;
}

/** A key without a table stands before all headings, and before the comments of the first. */
function beforeHeadings(text: string, all: readonly Statement[], line: string, end: string): string {
  const first = statements(text).find(({ kind }) => kind !== "pair");
  const last = all.findLast(({ kind, section }) => kind === "pair" && section === 0);
  if (last) return insertedAfter(text, last, line, end);
  if (!first) return text === "" || text.endsWith("\n") ? text + line : text + end + line;
  const above = text.slice(0, first.start);
  const comments = /(?:[ \t]*#[^\n]*\n)*$/.exec(above)![0];
  const at = above.length - comments.length;
  return text.slice(0, at) + line + end + text.slice(at);
}

function insertedAfter(text: string, one: Statement, line: string, end: string): string {
  const head = text.slice(0, one.end);
  return (head.endsWith("\n") ? head : head + end) + line + text.slice(one.end);
}

/** A change inside the value of a pair. */
function inside(
  text: string,
  pair: Statement,
  path: readonly string[],
  value: string | undefined,
): string | undefined {
  const table = { start: pair.valueStart, end: pair.valueEnd };
  return editInline(text, table, path.slice(pair.path.length), value, keyText);
}

/** The text without the key; its heading goes too when nothing is left below it. `undefined`: it cannot be taken out. */
function takenOut(text: string, path: readonly string[]): string | undefined {
  const all = statements(text);
  const at = all.findIndex((one) => one.kind === "pair" && !one.repeated && isPath(one.path, path));
  if (at < 0) {
    const around = all.find((one) => one.kind === "pair" && !one.repeated && startsWith(path, one.path));
    return around && inside(text, around, path, undefined);
  }
  const { start, end } = all[at]!;
  const heading = all[at - 1];
  const next = all[at + 1];
  const left = text.slice(0, start) + text.slice(end);
  const alone = heading?.kind === "heading" && !heading.commented &&
    (next === undefined || next.kind !== "pair");
  if (!alone) return left;
  const below = text.slice(heading.end, start) + text.slice(end, next?.start ?? text.length);
  return below.includes("#") ? left : text.slice(0, heading.start) + text.slice(next?.start ?? text.length);
}

function valueText(value: EditValue): string {
  if (typeof value === "string") return quoted(value);
  return typeof value === "object"
    ? `[ ${value.map(quoted).join(", ")} ]`.replace("[  ]", "[]")
    : String(value);
}

function keyText(path: readonly string[]): string {
  return path.map((part) => /^[A-Za-z0-9_-]+$/.test(part) ? part : quoted(part)).join(".");
}

/** What JSON writes between quotes TOML reads, but for one character that it must not contain as it is. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll("\x7f", "\\u007f");
}

function isPath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && startsWith(a, b);
}

function startsWith(path: readonly string[], start: readonly string[]): boolean {
  return path.length >= start.length && start.every((part, index) => path[index] === part);
}

/** Whether a text says what it should. An empty table says nothing. */
function says(parse: (text: string) => TomlTable, text: string, expected: TomlTable): boolean {
  try {
    return JSON.stringify(normal(parse(text))) === JSON.stringify(normal(expected));
  } catch {
    return false;
  }
}

/** A form in which order does not matter: a table is the sorted list of its entries. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (!isTable(value)) return value;
  const entries = Object.keys(value).sort().map((key) => [key, normal(value[key])] as const);
  return { table: entries.filter(([, inner]) => !saysNothing(inner)) };
}

function saysNothing(inner: unknown): boolean {
  return typeof inner === "object" && inner !== null && "table" in inner && Object(inner.table).length === 0;
}

/** Whether every line that is a comment is still there. */
function keepsComments(before: string, after: string): boolean {
  const kept = after.split("\n");
  return before.split("\n").filter((line) => /^\s*#/.test(line)).every((line) => {
    const at = kept.indexOf(line);
    if (at >= 0) kept.splice(at, 1);
    return at >= 0;
  });
}
