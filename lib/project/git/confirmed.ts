/**
 * Which folders of git data outside of a project its user has agreed to show to its box. A box can write what names such folders, so
 * that access is set says nothing of one that nobody was asked about.
 *
 * @module
 */

import { listOf, schemaOf, shape, text } from "../../host/light_schema.ts";
import { readJson, type Schema, writeJson } from "../../host/store.ts";

const SCHEMA: Schema<{ readonly folders: readonly string[] }> = schemaOf(shape({ folders: listOf(text) }));

function fileOf(state: string): string {
  return `${state}/git.json`;
}

/** The folders, symlinks resolved; `undefined`: the user was never asked. `state`: the project's state folder. */
export async function confirmedFolders(state: string): Promise<readonly string[] | undefined> {
  return (await readJson(fileOf(state), SCHEMA))?.folders;
}

/** Remembers folders beside those that are known. */
export async function confirmFolders(state: string, folders: readonly string[]): Promise<void> {
  const known = await confirmedFolders(state) ?? [];
  const all = [...new Set([...known, ...folders])];
  if (all.length > known.length) await writeJson(fileOf(state), { folders: all });
}
