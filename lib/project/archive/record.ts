/**
 * Which archives this user made on this machine, and with what settings: those need no second approval when they come
 * back. An archive from elsewhere does, for its settings say what a box gets.
 *
 * @module
 */

import * as z from "zod/mini";
import { FileLock, readJson, type Schema, writeJson } from "../../host/store.ts";

/** Older ones are forgotten; theirs are asked about. */
const MAX_RECORDS = 1000;

/** By the archive's id: the digest of the settings in it. Oldest first. */
type Records = Readonly<Record<string, string>>;

const schema: Schema<Records> = z.record(z.string(), z.string());

const fileOf = (state: string) => `${state}/archives.json`;

/** Remembers an archive that holds settings which were in use here. */
export async function recordArchive(state: string, id: string, digest: string): Promise<void> {
  using _lock = await FileLock.acquire(`${state}/locks/archives.lock`);
  const records = Object.entries(await readJson(fileOf(state), schema) ?? {});
  await writeJson(fileOf(state), Object.fromEntries([...records.slice(1 - MAX_RECORDS), [id, digest]]));
}

/** Whether an archive of that id was made here with those settings. */
export async function isRecordedArchive(state: string, id: string, digest: string): Promise<boolean> {
  const records = await readJson(fileOf(state), schema) ?? {};
  return Object.hasOwn(records, id) && records[id] === digest;
}
