/**
 * What is kept for reports, in a folder of the box's state that no box can write: looks, which of them comes next, and the
 * text of small files so that a change can be shown.
 *
 * @module
 */

import { reportFolder } from "../config/box_state.ts";
import {
  check,
  flag,
  listOf,
  number,
  oneOf,
  optional,
  schemaOf,
  shape,
  tableOf,
  text,
} from "../host/light_schema.ts";
import { readJson, type Schema, writeJson } from "../host/store.ts";
import type { Look } from "./look.ts";

/** Looks are kept of so many sessions. */
const MOST_LOOKS = 12;
/** Text of one file, and of all, in characters. */
const TEXT = { one: 64 * 1024, all: 4 * 1024 * 1024 } as const;

/** Which look is what. */
export interface Pointers {
  /** The project's folder. */
  readonly root: string;
  /** The run that the looks belong to. */
  readonly run: string;
  /** The look that everything was shown up to. */
  readonly base: string;
  /** The look before that one, for when that one was not kept: a process that is killed while a box starts. */
  readonly before?: string;
  /** Whether that look was taken before the run, or when its user was shown what there was. */
  readonly since: "start" | "shown";
  /** The look taken when the run had ended, where nobody has been shown it. */
  readonly end?: string;
  /** How much of it is to be shown. */
  readonly show: "brief" | "full";
  /** Whether the run may have gone on since the last look. */
  readonly open: boolean;
}

/** A look that is kept. */
export interface KeptLook {
  /** Its name: that of the run it was taken before, or one made from it. */
  readonly id: string;
  /** When it was taken. */
  readonly when: "start" | "shown" | "end";
  /** The agent that was started then; empty when it was a shell or a command. */
  readonly agent: string;
  readonly look: Look;
}

const pointers: Schema<Pointers> = schemaOf(shape({
  root: text,
  run: text,
  base: text,
  since: oneOf("start", "shown"),
  before: optional(text),
  end: optional(text),
  show: oneOf("brief", "full"),
  open: flag,
}));

const table = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
/** Written by us alone, and large: that each is a table with what comparing needs is all that is asked. */
const seen = check<Look["seen"]>(
  "expected what was seen",
  (value) =>
    table(value) &&
    Object.values(value).every((one) =>
      table(one) && typeof one["stamp"] === "string" && Array.isArray(one["entries"])
    ),
);

const kept: Schema<KeptLook> = schemaOf(shape({
  id: text,
  when: oneOf("start", "shown", "end"),
  agent: text,
  look: shape({ version: oneOf(1), at: number, table: text, seen, bounds: listOf(text) }),
}));

const texts: Schema<Record<string, string>> = schemaOf(tableOf(text));

/** Which look is what; `undefined` when no look was taken yet, or what was kept cannot be understood. */
export async function readPointers(state: string): Promise<Pointers | undefined> {
  return await readJson(`${reportFolder(state)}/report.json`, pointers).catch(() => undefined);
}

/** Says which look is what. */
export async function writePointers(state: string, value: Pointers): Promise<void> {
  await writeJson(`${reportFolder(state)}/report.json`, value, 0o600, { durable: false });
}

/** Forgets which look is what: the next session begins afresh. */
export function forgetPointers(state: string): void {
  try {
    Deno.removeSync(`${reportFolder(state)}/report.json`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** A look by its name; `undefined` when it is not kept, or cannot be understood. */
export async function readLook(state: string, id: string): Promise<KeptLook | undefined> {
  if (!/^[\w-]{1,100}$/.test(id)) return undefined;
  return await readJson(`${looksFolder(state)}/${id}.json`, kept).catch(() => undefined);
}

/** Keeps a look, and the text of what it read. The oldest of many are removed, but never one of `inUse`. */
export async function keepLook(
  state: string,
  look: KeptLook,
  contents: ReadonlyMap<string, Uint8Array>,
  inUse: readonly string[],
): Promise<void> {
  await keepTexts(state, contents);
  await writeJson(`${looksFolder(state)}/${look.id}.json`, look, 0o600, { durable: false });
  const old = lookIds(state).filter((id) => id !== look.id && !inUse.includes(id)).slice(0, -MOST_LOOKS);
  for (const id of old) Deno.removeSync(`${looksFolder(state)}/${id}.json`);
}

/** The names of the looks that are kept, the oldest first: they begin with a time. */
export function lookIds(state: string): string[] {
  try {
    return [...Deno.readDirSync(looksFolder(state))].map(({ name }) => name)
      .filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -5)).sort();
  } catch {
    return [];
  }
}

/** The text of what had that checksum, as far as it is kept. */
export async function keptTexts(state: string): Promise<Readonly<Record<string, string>>> {
  return await readJson(textsFile(state), texts).catch(() => undefined) ?? {};
}

async function keepTexts(state: string, contents: ReadonlyMap<string, Uint8Array>): Promise<void> {
  if (contents.size === 0) return;
  const all = new Map(Object.entries(await keptTexts(state)));
  const before = all.size;
  for (const [hash, content] of contents) {
    const text = all.has(hash) || content.length > TEXT.one ? undefined : textOf(content);
    if (text !== undefined) all.set(hash, text);
  }
  if (all.size === before) return;
  let size = [...all.values()].reduce((sum, { length }) => sum + length, 0);
  for (const [hash, { length }] of all) {
    if (size <= TEXT.all) break;
    all.delete(hash);
    size -= length;
  }
  await writeJson(textsFile(state), Object.fromEntries(all), 0o600, { durable: false });
}

/** Text, or `undefined` for what is none. */
export function textOf(content: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(content);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

function looksFolder(state: string): string {
  return `${reportFolder(state)}/looks`;
}

function textsFile(state: string): string {
  return `${reportFolder(state)}/texts.json`;
}
