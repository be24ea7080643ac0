/**
 * Whether a registry has a newer image than the one here. Asked after a run, reported at the next one.
 *
 * @module
 */

import { either, flag, number, oneOf, schemaOf, shape, tableOf, text } from "../host/light_schema.ts";
import type { ImageStore } from "../runtime/images.ts";
import type { Dirs } from "../host/dirs.ts";
import { debug } from "../host/log.ts";
import { readJson, type Schema, writeJson } from "../host/store.ts";
import { qualified } from "./image_name.ts";
import { prefabName } from "./reference.ts";
import { manifestUrl } from "./manifest_url.ts";
import type { Fetch } from "./remote_digest.ts";

/** The outcome of one check, also of one that failed. */
export interface FreshnessEntry {
  /** What the registry has; `null` when it could not be asked. */
  readonly digest: string | null;
  /** When it was asked, in milliseconds since 1970. */
  readonly ts: number;
  /** Whether what is here is something else. */
  readonly stale: boolean;
}

type Cache = Readonly<Record<string, FreshnessEntry>>;

const VALID_MS = 24 * 60 * 60 * 1000;
const MAX_ENTRIES = 200;

const SCHEMA: Schema<Cache> = schemaOf(
  tableOf(shape({ digest: either(oneOf(null), text), ts: number, stale: flag })),
);

/** What is known of an image's freshness, from one small file. */
export interface Freshness {
  /** A line for the user, when there is a newer image. */
  readonly note: string | undefined;
  /** Whether it is time to ask again. */
  readonly needsCheck: boolean;
}

/** Looks up what the last check found. Asks nobody, never fails. */
export async function freshnessOf(dirs: Dirs, image: string, now: number = Date.now()): Promise<Freshness> {
  if (!canBeChecked(image)) return { note: undefined, needsCheck: false };
  const entry = (await read(dirs))[qualified(image)];
  return {
    note: entry?.stale ? staleNote(image) : undefined,
    needsCheck: entry === undefined || !isValid(entry, now),
  };
}

/** The line to print at a launch, or `undefined`. */
export async function noteFromCache(dirs: Dirs, image: string): Promise<string | undefined> {
  return (await freshnessOf(dirs, image)).note;
}

/** Whether the registry should be asked after this run. */
export async function needsCheck(dirs: Dirs, image: string): Promise<boolean> {
  return (await freshnessOf(dirs, image)).needsCheck;
}

/**
 * Asks the registry and keeps the answer, also when there is none, for 24 hours. `localDigests` are the engine's
 * (`name@sha256:...`): an index's and a manifest's both count. Never throws.
 */
export async function checkFreshness(
  dirs: Dirs,
  image: string,
  localDigests: readonly string[],
  fetch: Fetch = globalThis.fetch,
  now: number = Date.now(),
): Promise<FreshnessEntry | undefined> {
  if (!canBeChecked(image)) return undefined;
  const old = (await read(dirs))[qualified(image)];
  if (old && isValid(old, now)) return old;
  let entry: FreshnessEntry;
  // A short name may also be an image of this machine's own.
  const local = localDigests.filter((digest) => !digest.startsWith("localhost/"))
    .map((digest) => digest.slice(digest.indexOf("@") + 1));
  try {
    if (local.length === 0) throw new Error("it does not come from a registry");
    const { remoteDigest } = await import("./remote_digest.ts");
    const digest = await remoteDigest(image, fetch);
    entry = { digest, ts: now, stale: !local.includes(digest) };
  } catch (cause) {
    debug(() => `freshness of ${image}: ${cause instanceof Error ? cause.message : cause}`);
    entry = { digest: null, ts: now, stale: false };
  }
  await change(dirs, (cache) => ({ ...cache, [qualified(image)]: entry }));
  return entry;
}

/** As {@link checkFreshness}, with the digests the engine tells. For a process of its own, beside the run. */
export async function checkImageFreshness(dirs: Dirs, store: ImageStore, image: string): Promise<void> {
  if (!(await freshnessOf(dirs, image)).needsCheck) return;
  const digests = (await store.get(image).catch(() => undefined))?.digests ?? [];
  await checkFreshness(dirs, image, digests);
}

/** Forgets what was found: the image has been replaced. */
export async function forgetFreshness(dirs: Dirs, image: string): Promise<void> {
  await change(dirs, (cache) => {
    if (!(qualified(image) in cache)) return undefined;
    const { [qualified(image)]: _old, ...rest } = cache;
    return rest;
  });
}

/** Whether there is a registry to ask: not for what was built here, nor for an image fixed by its digest. */
function canBeChecked(image: string): boolean {
  return prefabName(image) === undefined && manifestUrl(image) !== undefined;
}

function isValid(entry: FreshnessEntry, now: number): boolean {
  return entry.ts <= now && now - entry.ts < VALID_MS;
}

function staleNote(image: string): string {
  return `There is a newer image for ${image}. To get it: kanibako rig rebuild ${qualified(image)}`;
}

const fileOf = (dirs: Dirs) => `${dirs.cache}/digest-cache.json`;

async function read(dirs: Dirs): Promise<Cache> {
  try {
    return await readJson(fileOf(dirs), SCHEMA) ?? {};
  } catch (cause) {
    debug(() => `digest cache: ${cause}`);
    return {};
  }
}

// Two checks at once may lose one answer: it is asked for again.
async function change(dirs: Dirs, update: (cache: Cache) => Cache | undefined): Promise<void> {
  const changed = update(await read(dirs));
  if (!changed) return;
  const newest = Object.entries(changed).sort(([, a], [, b]) => b.ts - a.ts).slice(0, MAX_ENTRIES);
  try {
    await writeJson(fileOf(dirs), Object.fromEntries(newest));
  } catch (cause) {
    debug(() => `digest cache: ${cause}`);
  }
}
