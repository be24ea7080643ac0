/**
 * The quarantine of a box: what was taken out of its project, in its state, where no box can reach it.
 *
 * Each thing has a folder of its own with its record, written before it is moved, and the thing itself under a fixed name: whatever is
 * killed in between, nothing is lost, and no name of a box's making is a name of ours.
 *
 * @module
 */

import { integer, number, oneOf, optional, schemaOf, shape, text } from "../host/light_schema.ts";
import { readJson, type Schema, writeJson } from "../host/store.ts";
import { type Folder, openFolder } from "../host/tree/folder.ts";

/** What the thing itself is called in its folder. */
export const CONTENT = "content";

/** Why something is in the quarantine. */
export type Reason =
  /** It was made at a protected place. */
  | "new"
  /** It had taken the place of something protected, or of a folder on the way to it; what was there has been put back. */
  | "changed"
  /** It was there when something was restored from the quarantine. */
  | "replaced"
  /** It was there before the run, and could not be put back. */
  | "original";

/** Something in the quarantine. */
export interface Quarantined {
  /** Its own name here; sorts by time. */
  readonly id: string;
  /** Where it was, relative to the project; names that are not UTF-8 as `lib/host/tree/raw_name.ts` writes them. */
  readonly path: string;
  /** Why it was taken away. */
  readonly reason: Reason;
  /** What it is. A `fifo`, `socket` or `device` may have been removed: there is nothing in it to keep. */
  readonly kind: "file" | "folder" | "symlink" | "fifo" | "socket" | "device";
  /** Permission bits. */
  readonly mode: number;
  /** Length in bytes of a file. */
  readonly size: number;
  /** The id of the entry of the table of places; empty where none applies. */
  readonly entry: string;
  /** The run after which it was taken. */
  readonly run: string;
  /** When it was taken, in milliseconds since 1970. */
  readonly at: number;
  /**
   * Where it has been set aside in the project, relative to it: it is on its way across file systems, or too large for that. Absent
   * where it is here.
   */
  readonly aside?: string | undefined;
}

const schema: Schema<Quarantined> = schemaOf(shape({
  id: text,
  path: text,
  reason: oneOf("new", "changed", "replaced", "original"),
  kind: oneOf("file", "folder", "symlink", "fifo", "socket", "device"),
  mode: integer,
  size: number,
  entry: text,
  run: text,
  at: number,
  aside: optional(text),
}));

/** The folder of a box's quarantine. */
function quarantineFolder(state: string): string {
  return `${state}/quarantine`;
}

/** The folder of one thing in it. */
export function itemFolder(state: string, id: string): string {
  return `${quarantineFolder(state)}/${id}`;
}

/** The lock held while things are moved into a quarantine or out of it. */
export function quarantineLock(state: string): string {
  return `${state}/quarantine.lock`;
}

/** Writes the record of something. Its folder is made. */
export async function writeItem(state: string, item: Quarantined): Promise<void> {
  await writeJson(`${itemFolder(state, item.id)}/item.json`, item, 0o600, { durable: false });
}

/** A new name for something in a quarantine. */
export function newItemId(): string {
  return `${Date.now().toString(36)}-${crypto.randomUUID().slice(0, 8)}`;
}

/** All that is in a quarantine, the oldest first. What was on its way when a process was killed counts where it has left its place. */
export async function listQuarantine(state: string): Promise<readonly Quarantined[]> {
  const items: Quarantined[] = [];
  for (const id of itemIds(state)) {
    const item = await readItem(state, id);
    if (item && (item.aside !== undefined || hasContent(state, id))) items.push(item);
  }
  return items;
}

/** One thing in a quarantine; `undefined` when its record is not there or cannot be understood. */
export async function readItem(state: string, id: string): Promise<Quarantined | undefined> {
  return await readJson(`${itemFolder(state, id)}/item.json`, schema).catch(() => undefined);
}

/** The names in a quarantine's folder. */
export function itemIds(state: string): readonly string[] {
  try {
    return [...Deno.readDirSync(quarantineFolder(state))].map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Whether the thing itself is here. */
export function hasContent(state: string, id: string): boolean {
  try {
    Deno.lstatSync(`${itemFolder(state, id)}/${CONTENT}`);
    return true;
  } catch {
    return false;
  }
}

/** Opens the folder of one thing. */
export function openItem(state: string, id: string): Folder {
  return openFolder(itemFolder(state, id));
}
