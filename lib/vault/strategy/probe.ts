/**
 * Which strategies a vault's file system can, the best first. Asked of the file system itself, by three cheap calls, and
 * remembered for it.
 *
 * @module
 */

import { isSubvolume } from "../../host/btrfs.ts";
import { number, oneOf, schemaOf, shape, tableOf } from "../../host/light_schema.ts";
import { FileLock, readJson, type Schema, writeJson } from "../../host/store.ts";
import type { Folder } from "../../host/tree/folder.ts";
import { probeLinks } from "../../host/tree/probe.ts";
import type { StrategyName } from "../record.ts";
import { discard, makeDraft, type Vault } from "../store.ts";

/** What a file system can beside holding files. */
export interface Abilities {
  readonly reflink: "yes" | "no";
  readonly hardlink: "yes" | "no";
  /** When it was asked, in milliseconds since 1970. */
  readonly asked: number;
}

const DAY_MS = 86_400_000;
const schema: Schema<Record<string, Abilities>> = schemaOf(
  tableOf(shape({ reflink: oneOf("yes", "no"), hardlink: oneOf("yes", "no"), asked: number })),
);

/** The strategies that can be used here, the best first. `again`: what is remembered does not count. */
export async function strategies(vault: Vault, live: Folder, again = false): Promise<StrategyName[]> {
  const able = await abilities(vault, again);
  return [
    ...(isSubvolume(live) ? ["btrfs"] as const : []),
    ...(able.reflink === "yes" ? ["reflink"] as const : []),
    ...(able.hardlink === "yes" ? ["hardlink"] as const : []),
    "archive",
  ];
}

async function abilities(vault: Vault, again: boolean): Promise<Abilities> {
  const file = `${vault.host.dirs.cache}/filesystems.json`;
  // A number of a device may be another's after a restart: a day is long enough to be of use.
  const key = String(vault.versions.self().dev);
  const all = await remembered(file);
  const known = Object.hasOwn(all, key) ? all[key] : undefined;
  if (known && !again && Math.abs(Date.now() - known.asked) < DAY_MS) return known;
  const draft = makeDraft(vault);
  let found: Abilities;
  try {
    using folder = draft.folder;
    const able = probeLinks(folder);
    found = {
      reflink: able.reflink ? "yes" : "no",
      hardlink: able.hardlink ? "yes" : "no",
      asked: Date.now(),
    };
  } finally {
    await discard(vault.versions, draft.name);
  }
  await remember(file, key, found).catch(() => {/* asked again next time */});
  return found;
}

async function remembered(file: string): Promise<Record<string, Abilities>> {
  return await readJson(file, schema).catch(() => undefined) ?? {};
}

/** Vaults on several file systems may be asked at once. */
async function remember(file: string, key: string, found: Abilities): Promise<void> {
  using _lock = await FileLock.acquire(`${file}.lock`);
  await writeJson(file, { ...await remembered(file), [key]: found });
}
