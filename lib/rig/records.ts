/**
 * What each rig's name stood for when it was last made ready. A launch trusts this instead of asking the engine.
 *
 * Only a memory: when the file is lost or the image is gone, the run says so and the rig is prepared again.
 *
 * @module
 */

import { flag, optional, schemaOf, shape, tableOf, text } from "../host/light_schema.ts";
import type { Dirs } from "../host/dirs.ts";
import { debug } from "../host/log.ts";
import { FileLock, readJson, type Schema, writeJson } from "../host/store.ts";

/** One rig as it was last made ready. */
export interface RigRecord {
  /** The reference to run. */
  readonly reference: string;
  /** The image's id then. */
  readonly imageId: string;
  /** Caches that its boxes can share, as its template names them: a path relative to the home, by the name of the cache. */
  readonly caches?: Readonly<Record<string, string>> | undefined;
  /** The image came here because this program pulled it. */
  readonly pulled?: boolean | undefined;
}

/** By the word the user or the configuration says. */
export type RigRecords = Readonly<Record<string, RigRecord>>;

const SCHEMA: Schema<RigRecords> = schemaOf(
  tableOf(
    shape({ reference: text, imageId: text, caches: optional(tableOf(text)), pulled: optional(flag) }),
  ),
);

const fileOf = (dirs: Dirs) => `${dirs.state}/rigs.json`;

/** Reads the records; none when the file is missing or spoilt. */
export async function readRigRecords(dirs: Dirs): Promise<RigRecords> {
  try {
    return await readJson(fileOf(dirs), SCHEMA) ?? {};
  } catch (cause) {
    debug(() => `rig records: ${cause}`);
    return {};
  }
}

/** Remembers what a word stands for. Writes only what is new. */
export async function recordRig(dirs: Dirs, word: string, record: RigRecord): Promise<void> {
  await change(dirs, (records) => {
    const old = records[word];
    if (JSON.stringify(old) === JSON.stringify(record)) return undefined;
    return { ...records, [word]: record };
  });
}

/** Forgets every word that stands for this image. */
export async function forgetRig(dirs: Dirs, reference: string): Promise<void> {
  await change(dirs, (records) => {
    const kept = Object.entries(records).filter(([, record]) => record.reference !== reference);
    return kept.length === Object.keys(records).length ? undefined : Object.fromEntries(kept);
  });
}

async function change(
  dirs: Dirs,
  update: (records: RigRecords) => RigRecords | undefined,
): Promise<void> {
  using _lock = await FileLock.acquire(`${fileOf(dirs)}.lock`);
  const changed = update(await readRigRecords(dirs));
  if (changed) await writeJson(fileOf(dirs), changed);
}
