/**
 * What this machine knows about standalone projects. Their files lie in the workspace, where a box or a clone may have
 * written them: only what was approved here, byte for byte, may say what a box gets.
 *
 * @module
 */

import { sha256 } from "../host/sha256.ts";
import { either, flag, oneOf, schemaOf, shape, tableOf, text } from "../host/light_schema.ts";
import { KanibakoError } from "../host/error.ts";
import { FileLock, readJson, readText, type Schema, writeJson } from "../host/store.ts";
import { shellQuote } from "../host/ui/text.ts";
import { type ConfigFile, fileMaps } from "./file.ts";
import { SETTINGS } from "./settings/all.ts";
import { entryName } from "./settings/registry.ts";

/** The record of one standalone project. */
export interface StandaloneRecord {
  readonly name: string;
  /** SHA-256 of its settings and environment file as they were approved here. */
  readonly approved: string;
  /** Whether its box uses the host's login. The project's own file may say no, never yes. */
  readonly sharedAuth: boolean;
}

/** Records by workspace. */
export type StandaloneRecords = Readonly<Record<string, StandaloneRecord>>;

const SCHEMA: Schema<StandaloneRecords> = schemaOf(
  tableOf(
    shape({ name: text, approved: text, sharedAuth: flag }),
    (path) => path.startsWith("/") ? undefined : "not an absolute path",
  ),
);

/** All records of this machine. */
export async function standaloneRecords(state: string): Promise<StandaloneRecords> {
  return await readJson(`${state}/standalone.json`, SCHEMA) ?? {};
}

/** Sets or (with `undefined`) removes the record of a workspace. */
export async function recordStandalone(
  state: string,
  path: string,
  record: StandaloneRecord | undefined,
): Promise<void> {
  using _lock = await FileLock.acquire(`${state}/locks/standalone.lock`);
  const { [path]: _, ...others } = await standaloneRecords(state);
  if (!record) await Deno.remove(await keptFile(state, path)).catch(() => {});
  await writeJson(`${state}/standalone.json`, record ? { ...others, [path]: record } : others);
}

/** The two files' texts. `undefined`: there is none. */
export interface BoxTexts {
  readonly settings: string | undefined;
  readonly env: string | undefined;
}

/** Approves texts that were read just now, for a project of that path. They are kept, to be compared with later ones. */
export async function approveTexts(
  state: string,
  project: { readonly path: string; readonly name: string; readonly sharedAuth: boolean },
  texts: BoxTexts,
): Promise<void> {
  const { name, path, sharedAuth } = project;
  await writeJson(await keptFile(state, path), { settings: texts.settings ?? null, env: texts.env ?? null });
  await recordStandalone(state, path, {
    name,
    approved: await contentDigest(texts.settings, texts.env),
    sharedAuth,
  });
}

/** What was approved last for a workspace; `undefined` when nothing was, or it was not kept. */
export async function approvedTexts(state: string, path: string): Promise<BoxTexts | undefined> {
  const record = (await standaloneRecords(state))[path];
  const found = record && await readJson(await keptFile(state, path), KEPT_SCHEMA);
  const kept = found && { settings: found.settings ?? undefined, env: found.env ?? undefined };
  // What is approved is for the record to say; this only helps to show what changed.
  return kept && await contentDigest(kept.settings, kept.env) === record.approved ? kept : undefined;
}

async function keptFile(state: string, path: string): Promise<string> {
  return `${state}/approved/${(await sha256(path)).slice(0, 32)}.json`;
}

const textOrNull = either(oneOf(null), text);
const KEPT_SCHEMA = schemaOf(shape({ settings: textOrNull, env: textOrNull }));

/** The text of a file a box may have written: a regular file of bounded size, no link. `undefined`: there is none. */
export async function readUntrusted(
  path: string,
  maxBytes: number = 256 * 1024,
): Promise<string | undefined> {
  const refuse = (why: string): never => {
    throw new KanibakoError("unsafe-file", `Cannot read ${shellQuote(path)}: ${why}.`, {
      hint: "A box may have put it there. Check it and remove it.",
    });
  };
  const info = await Deno.lstat(path).catch(() => undefined);
  if (!info) return undefined;
  if (!info.isFile) refuse(info.isSymlink ? "it is a link" : "it is not a regular file");
  if (info.size > maxBytes) refuse(`it is larger than ${maxBytes} bytes`);
  const { openPlain } = await import("../host/tree/plain_file.ts");
  using file = openPlain(path) ?? refuse("it was replaced while being read");
  const opened = await file.stat();
  if (opened.ino !== info.ino || opened.dev !== info.dev) refuse("it was replaced while being read");
  const bytes = new Uint8Array(info.size);
  let length = 0;
  for (let read: number | null = 0; length < bytes.length && read !== null;) {
    read = await file.read(bytes.subarray(length));
    length += read ?? 0;
  }
  return new TextDecoder().decode(bytes.subarray(0, length));
}

/** What is approved: both files, as one. */
export async function contentDigest(settings: string | undefined, env: string | undefined): Promise<string> {
  return await sha256(`${settings?.length ?? -1}\n${settings ?? ""}\n${env ?? ""}`);
}

/** Approves a standalone project's files as they are now. */
export async function approveStandalone(
  state: string,
  project: {
    readonly path: string;
    readonly metadata: string;
    readonly name: string;
    readonly sharedAuth: boolean;
  },
): Promise<void> {
  await approveTexts(state, project, {
    settings: await readUntrusted(`${project.metadata}/project.toml`),
    env: await readUntrusted(`${project.metadata}/env`),
  });
}

/** What files set beyond the project's own shape, by key, as text; empty when nothing in them needs approval. */
export function askedFor(
  config: ConfigFile,
  env: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const prefixed = (prefix: string, values: Readonly<Record<string, unknown>>) =>
    Object.entries(values).map(([name, value]) => [prefix + name, String(value)] as const);
  return new Map([
    ...prefixed("", config.values).filter(([name]) => !isHarmless(name)),
    ...fileMaps().flatMap(([field, map]) => prefixed(entryName(map, ""), config[field])),
    ...prefixed("env.", env),
  ]);
}

/** The keys of {@link askedFor}. */
export function widening(config: ConfigFile, env: Readonly<Record<string, string>>): string[] {
  return [...askedFor(config, env).keys()];
}

/** Whether a key only says what the project is, or can only take away. */
function isHarmless(name: string): boolean {
  // `group_auth` is held against this machine's record, `resolved.*` and the folders are ignored, where it is read.
  const { harmless, fixed } = SETTINGS.named(name);
  return harmless === true || fixed === true;
}

/** The text of a file, ours or not. */
export function readOwn(path: string, trusted: boolean): Promise<string | undefined> {
  return trusted ? readText(path) : readUntrusted(path);
}
