/**
 * Which images could not be pulled, so that nobody waits for the same failure at every command.
 *
 * @module
 */

import type { Dirs } from "../host/dirs.ts";
import { debug } from "../host/log.ts";
import { number, schemaOf, shape, tableOf, text } from "../host/light_schema.ts";
import { FileLock, isThere, readJson, type Schema, writeJson } from "../host/store.ts";
import { qualified } from "./image_name.ts";

/** A pull that failed. */
export interface PullFailure {
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
  /** Why, in one line. */
  readonly why: string;
}

/** So long a failure counts. */
const VALID_MS = 24 * 60 * 60 * 1000;
const MAX_ENTRIES = 200;
const MAX_WHY = 300;

const SCHEMA: Schema<Readonly<Record<string, PullFailure>>> = schemaOf(
  tableOf(shape({ atMs: number, why: text })),
);

function file(dirs: Dirs): string {
  return `${dirs.cache}/pull-failures.json`;
}

async function read(dirs: Dirs): Promise<Readonly<Record<string, PullFailure>>> {
  try {
    return await readJson(file(dirs), SCHEMA) ?? {};
  } catch (error) {
    // A cache that cannot be read is an empty one.
    debug(() => `pull failures: ${error}`);
    return {};
  }
}

/** The failure of the last day to pull this image; `undefined`: there was none. */
export async function pullFailure(
  dirs: Dirs,
  image: string,
  now: number = Date.now(),
): Promise<PullFailure | undefined> {
  if (!isThere(file(dirs))) return undefined;
  const all = await read(dirs);
  const name = qualified(image);
  const found = Object.hasOwn(all, name) ? all[name] : undefined;
  return found && !isExpired(found, now) ? found : undefined;
}

/** Remembers that an image could not be pulled. */
export async function rememberPullFailure(
  dirs: Dirs,
  image: string,
  why: string,
  now: number = Date.now(),
): Promise<void> {
  await change(dirs, (all) => ({ ...all, [qualified(image)]: { atMs: now, why: why.slice(0, MAX_WHY) } }));
}

/** Forgets the failure to pull an image, or without `image` all of them. How many were forgotten. */
export async function forgetPullFailures(dirs: Dirs, image?: string): Promise<number> {
  if (!isThere(file(dirs))) return 0;
  const name = image === undefined ? undefined : qualified(image);
  let forgotten = 0;
  await change(dirs, (all) => {
    const left = Object.entries(all).filter(([key]) => name !== undefined && key !== name);
    forgotten = Object.keys(all).length - left.length;
    return Object.fromEntries(left);
  });
  return forgotten;
}

/** The images whose failures count no more. */
export async function expiredPullFailures(dirs: Dirs, now: number = Date.now()): Promise<readonly string[]> {
  if (!isThere(file(dirs))) return [];
  return Object.entries(await read(dirs)).filter(([, failure]) => isExpired(failure, now)).map(([name]) =>
    name
  );
}

/** Forgets the failures that count no more. */
export async function forgetExpired(dirs: Dirs, now: number = Date.now()): Promise<void> {
  await change(
    dirs,
    (all) => Object.fromEntries(Object.entries(all).filter(([, failure]) => !isExpired(failure, now))),
  );
}

function isExpired({ atMs }: PullFailure, now: number): boolean {
  return atMs > now || now - atMs >= VALID_MS;
}

async function change(
  dirs: Dirs,
  to: (all: Readonly<Record<string, PullFailure>>) => Readonly<Record<string, PullFailure>>,
): Promise<void> {
  await Deno.mkdir(dirs.cache, { recursive: true, mode: 0o700 });
  using _lock = await FileLock.acquire(`${file(dirs)}.lock`);
  const latest = Object.entries(to(await read(dirs))).sort(([, a], [, b]) => b.atMs - a.atMs);
  await writeJson(file(dirs), Object.fromEntries(latest.slice(0, MAX_ENTRIES)));
}
