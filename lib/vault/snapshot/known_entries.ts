/**
 * What is known of the live folder since the last snapshot: a hash of every entry, so that the next call sees what changed
 * without reading a file. Kept with our own state, where no box can write.
 *
 * @module
 */

import { cannot } from "../../host/store.ts";
import { type HashKey, HashSet64 } from "./hash_set.ts";

/** What was there when a snapshot was taken. */
export interface Known {
  /** The id of the snapshot. */
  readonly snapshot: string;
  readonly key: HashKey;
  readonly entries: HashSet64;
}

const MAGIC = "kanibako-vault-2";

/** Reads what is known; `undefined` when nothing is. A damaged file is nothing known. */
export async function readKnown(state: string): Promise<Known | undefined> {
  const bytes = await Deno.readFile(fileOf(state)).catch(() => undefined);
  const end = bytes?.indexOf(10) ?? -1;
  if (!bytes || end < 0) return undefined;
  const [magic, snapshot, low, high, count] = new TextDecoder().decode(bytes.subarray(0, end)).split(" ");
  const entries = bytes.subarray(end + 1);
  if (magic !== MAGIC || !snapshot || entries.length !== Number(count) * 8) return undefined;
  return { snapshot, key: [Number(low), Number(high)], entries: HashSet64.from(entries) };
}

/** Writes what is known, whole. `undefined`: nothing is. */
export async function writeKnown(state: string, known: Known | undefined): Promise<void> {
  const path = fileOf(state);
  if (!known) {
    await Deno.remove(path).catch(() => {});
    return;
  }
  const { snapshot, key, entries } = known;
  const header = new TextEncoder().encode(`${MAGIC} ${snapshot} ${key[0]} ${key[1]} ${entries.size}\n`);
  const temporary = `${path}.${Deno.pid}.tmp`;
  try {
    using file = await Deno.open(temporary, { write: true, create: true, truncate: true, mode: 0o600 });
    for (const part of [header, entries.bytes()]) {
      for (let done = 0; done < part.length;) done += await file.write(part.subarray(done));
    }
    await Deno.rename(temporary, path);
  } catch (cause) {
    await Deno.remove(temporary).catch(() => {});
    throw cannot("write", path, cause);
  }
}

function fileOf(state: string): string {
  return `${state}/vault.known`;
}
