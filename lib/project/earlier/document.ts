/**
 * The documents of the earlier program: TOML up to 1.2, YAML from 1.5 on. They may come from anywhere: nothing but regular files of a
 * bounded size is read, and a document that is wrong is an error that names it.
 *
 * @module
 */

import { readUntrusted } from "../../config/approval.ts";
import { KanibakoError } from "../../host/error.ts";
import { exists } from "../../host/path.ts";
import { parseToml } from "../../host/store.ts";
import { shellQuote } from "../../host/ui/text.ts";

/** A table of a document. There is no null in it, and no date. */
export type Table = Record<string, unknown>;

/** A document that was found. */
export interface Document {
  readonly file: string;
  readonly table: Table;
}

/** Largest document that is read. */
const MAX_BYTES = 1024 * 1024;
/** Most levels of a document, and most values in it. */
const MAX_DEPTH = 24;
const MAX_VALUES = 20_000;

/**
 * The document `<path>.toml`, or `<path>.yaml` where there is none. Throws `bad-file` for one that cannot be read, `unsafe-file` for
 * what is no regular file, or too large.
 */
export async function readDocument(path: string): Promise<Document | undefined> {
  for (const ending of ["toml", "yaml", "yml"]) {
    const file = `${path}.${ending}`;
    if (exists(file)) return await readDocumentFile(file);
  }
  return undefined;
}

/** The document of a file; by its ending, YAML or TOML. Throws as {@link readDocument}. */
export async function readDocumentFile(file: string): Promise<Document> {
  const text = await readUntrusted(file, MAX_BYTES) ?? "";
  return { file, table: await parseDocument(text, file) };
}

/** The table of a document's text; by the ending of `file`, YAML or TOML. Throws `bad-file`. */
export async function parseDocument(text: string, file: string): Promise<Table> {
  const value = file.endsWith(".toml")
    ? await parseToml<unknown>(text, file, { safeParse: (data) => ({ success: true, data }) })
    : await parseYaml(text, file);
  const count = { values: 0 };
  return (isTable(value) ? plain(value, file, 0, count) : {}) as Table;
}

async function parseYaml(text: string, file: string): Promise<unknown> {
  const { parse } = await import("yaml");
  try {
    // What Python wrote: YAML 1.1. Names that stand for others could make a small file a huge one.
    return parse(text, { version: "1.1", maxAliasCount: 50, merge: false, logLevel: "silent" });
  } catch (cause) {
    const why = cause instanceof RangeError ? "it is nested too deeply" : String(Object(cause).message);
    throw bad(file, why.split("\n")[0]!, cause);
  }
}

/** Whether a value is a table. */
export function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The value without null, dates and instances of anything. */
function plain(value: unknown, file: string, depth: number, count: { values: number }): unknown {
  if (depth > MAX_DEPTH || ++count.values > MAX_VALUES) {
    throw bad(file, "it is nested too deeply or too large");
  }
  if (Array.isArray(value)) return value.filter(isSaid).map((one) => plain(one, file, depth + 1, count));
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "bigint") return String(value);
  if (!isTable(value)) return value;
  const table: Table = Object.create(null);
  for (const [name, one] of Object.entries(value)) {
    if (isSaid(one)) table[name] = plain(one, file, depth + 1, count);
  }
  return table;
}

function isSaid(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** The table under a name; empty where there is none. */
export function tableAt(table: Table, name: string): Table {
  const value = Object.hasOwn(table, name) ? table[name] : undefined;
  return isTable(value) ? value : {};
}

/** The text under a name; `undefined` where there is none, or something else. */
export function textAt(table: Table, name: string): string | undefined {
  const value = Object.hasOwn(table, name) ? table[name] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}

function bad(file: string, why: string, cause?: unknown): KanibakoError {
  return new KanibakoError("bad-file", `Cannot read ${shellQuote(file)}: ${why}.`, {
    hint: "Fix the file, or move it aside.",
    ...(cause === undefined ? {} : { cause }),
  });
}
