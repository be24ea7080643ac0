/**
 * What a helper's folder was when its work began: kept where no box can write, so that it can be seen later what the helper made of it.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { check, integer, listOf, oneOf, optional, schemaOf, shape, text } from "../../host/light_schema.ts";
import { readJson, type Schema, writeJson } from "../../host/store.ts";
import { type Folder, openFolder } from "../../host/tree/folder.ts";
import { quotePath } from "../../host/ui/quote_path.ts";
import { isSealed, type ManifestLine, readManifest } from "../../vault/checksums/manifest.ts";

/** How a helper's folder came about. */
export interface ForkRecord {
  readonly version: 1;
  readonly kind: "empty" | "copy" | "worktree";
  /** What was in the parent's folder and not changed after this moment is what was copied. Milliseconds since 1970. */
  readonly startedAt: number;
  /** What the helper changed, it changed after this moment. Milliseconds since 1970. */
  readonly madeAt: number;
  /** Paths of the parent's folder that are not for its box: neither copied nor landed. */
  readonly exclude: readonly string[];
  /** The branch of a worktree. */
  readonly branch?: string | undefined;
}

const schema: Schema<ForkRecord> = schemaOf(shape({
  version: check<1>("a record that this version cannot read", (value) => value === 1),
  kind: oneOf("empty", "copy", "worktree"),
  startedAt: integer,
  madeAt: integer,
  exclude: listOf(text),
  branch: optional(text),
}));

/** A record that is open. */
export interface Fork extends Disposable, ForkRecord {
  /** What there was, in the order of a sorted walk. A new reading each time. */
  lines(): Generator<ManifestLine, void>;
}

/** Writes the record. The lines are in `folder` already. */
export async function writeFork(folder: string, record: ForkRecord): Promise<void> {
  await writeJson(fileOf(folder), record);
}

/** Opens a record. Throws `no-record` where there is none, or only a part of one. */
export async function openFork(path: string): Promise<Fork> {
  const record = await readJson(fileOf(path), schema);
  const folder = record && openFolder(path);
  if (!folder || !isSealed(folder)) {
    folder?.[Symbol.dispose]();
    throw new KanibakoError(
      "no-record",
      `Cannot compare the helper's folder: there is no record of how it began (${quotePath(path)}).`,
      { hint: "A helper that reads its parent's folder, or was not started yet, has nothing to land." },
    );
  }
  return {
    ...record,
    lines: () => linesOf(folder),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

function linesOf(folder: Folder): Generator<ManifestLine, void> {
  return readManifest(folder);
}

function fileOf(folder: string): string {
  return `${folder}/fork.json`;
}
