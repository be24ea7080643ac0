/**
 * The vault and the home replaced together: by two renames, so a call that is killed between them leaves word for the next one.
 *
 * @module
 */

import { schemaOf, shape, text } from "../../host/light_schema.ts";
import { readJson, type Schema, writeJson } from "../../host/store.ts";
import type { Folder } from "../../host/tree/folder.ts";
import { replace, takeBack } from "./swap.ts";

/** A folder that is made, and the place it is for. */
export interface Fresh {
  readonly from: Folder;
  readonly fresh: string;
  readonly into: Folder;
  readonly name: string;
}

/** What the next call has to know. */
interface Word {
  /** By what the new vault is known. */
  readonly content: string;
  /** By what the new home is known, and its name until it has its place. */
  readonly home: string;
  readonly draft: string;
}

const schema: Schema<Word> = schemaOf(shape({ content: text, home: text, draft: text }));

/** Replaces both, or on an error none. */
export async function replaceBoth(state: string, content: Fresh, home: Fresh): Promise<void> {
  const word = {
    content: markOf(content.from, content.fresh),
    home: markOf(home.from, home.fresh),
    draft: home.fresh,
  };
  // Where the new cannot be distinguished from the old, word of it would be of no use.
  const isTold = word.content !== markOf(content.into, content.name);
  if (isTold) await writeJson(fileOf(state), word);
  const { from, fresh, into, name } = content;
  try {
    const how = replace(from, fresh, into, name);
    try {
      replace(home.from, home.fresh, home.into, home.name);
    } catch (error) {
      takeBack(how, from, fresh, into, name);
      throw error;
    }
  } finally {
    if (isTold) await Deno.remove(fileOf(state));
  }
}

/** Whether a killed call left word. */
export async function isHalfDone(state: string): Promise<boolean> {
  return await readJson(fileOf(state), schema).catch(() => undefined) !== undefined;
}

/** Replaces the home, where a killed call had replaced the vault and not come to it. */
export async function finishBoth(
  state: string,
  content: Pick<Fresh, "into" | "name">,
  home: Pick<Fresh, "into" | "name">,
): Promise<void> {
  const word = await readJson(fileOf(state), schema).catch(() => undefined);
  if (!word) return;
  const { into, name } = home;
  const isHalf = markOf(content.into, content.name) === word.content && markOf(into, name) !== word.home;
  if (isHalf && markOf(into, word.draft) === word.home) replace(into, word.draft, into, name);
  await Deno.remove(fileOf(state));
}

/** By what a folder is known wherever it is. All subvolumes have one inode number. */
function markOf(folder: Folder, name: string): string {
  const info = folder.info(name);
  if (!info) return "none";
  return info.ino === 256n ? `changed ${info.mtimeNs}` : `inode ${info.ino}`;
}

function fileOf(state: string): string {
  return `${state}/vault.restoring`;
}
