/**
 * Moves single things out of a project into its quarantine, by handle: by one rename, and across file systems by way of a name that
 * nothing runs.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { debug } from "../host/log.ts";
import { type Folder, openFolder } from "../host/tree/folder.ts";
import { HeldFile } from "../host/tree/held_file.ts";
import { removeTree } from "../host/tree/remove.ts";
import { copyOne } from "./copy_one.ts";
import {
  CONTENT,
  hasContent,
  itemFolder,
  itemIds,
  newItemId,
  openItem,
  type Quarantined,
  readItem,
  type Reason,
  writeItem,
} from "./quarantine.ts";

/** What is copied to another file system. Above it a thing stays in the project, set aside. */
const ACROSS_LIMITS = { entries: 100_000, bytes: 2 ** 30, depth: 1024 };
/** How the name begins under which something is set aside in the project. */
const ASIDE = ".kanibako-quarantined-";

/** Makes what lies at an absolute path ours, where another user of the box has it; with all below it where `below`. */
export type Owner = (path: string, below: boolean) => Promise<void>;

/** What is known of a thing to be taken. */
export interface Taking {
  readonly state: string;
  readonly workspace: Folder;
  readonly run: string;
  /** Where files of other users of the box are met; absent where there are none, or nobody who could. */
  readonly own?: Owner | undefined;
}

/** Takes `name` of an open folder of the project. `path`: where that is. `undefined` when there is nothing. */
export async function take(
  taking: Taking,
  from: Folder,
  name: string,
  about: { readonly path: string; readonly reason: Reason; readonly entry: string },
): Promise<Quarantined | undefined> {
  const info = from.info(name);
  if (!info) return undefined;
  const { state } = taking;
  const item: Quarantined = {
    id: newItemId(),
    ...about,
    kind: info.nature,
    mode: info.mode,
    size: info.kind === "file" ? info.size : 0,
    run: taking.run,
    at: Date.now(),
  };
  try {
    await writeItem(state, item);
  } catch (error) {
    // As on a full disk. A rename needs no room.
    const aside = `${ASIDE}${item.id}`;
    await owned(taking, from, name, () => move(from, name, taking.workspace, aside));
    throw new KanibakoError(
      "set-aside",
      `it was set aside in the project as ${aside}, as nothing can be written: ${
        error instanceof Error ? error.message : String(error)
      }`,
    );
  }
  try {
    using into = openItem(state, item.id);
    const how = await owned(taking, from, name, () => move(from, name, into, CONTENT));
    return how === "moved" ? item : await across(taking, from, name, item);
  } catch (error) {
    if (!hasContent(state, item.id) && (await readItem(state, item.id))?.aside === undefined) {
      await removeTree(itemFolder(state, item.id));
    }
    throw error;
  }
}

/** Finishes what a killed process had begun to take, and removes records of what it had not come to. */
export async function finishTaking(taking: Taking): Promise<void> {
  const { state } = taking;
  for (const id of itemIds(state)) {
    if (hasContent(state, id)) {
      const item = await readItem(state, id);
      if (item?.aside !== undefined) await leaveAside(taking, item);
      continue;
    }
    const item = await readItem(state, id);
    const isAside = item?.aside !== undefined && isThere(taking.workspace, item.aside);
    if (!isAside) await removeTree(itemFolder(state, id));
    else await bring(taking, item).catch((error: unknown) => debug(() => `not brought: ${error}`));
  }
}

function isThere(workspace: Folder, name: string): boolean {
  return isAsideName(name) && workspace.info(name) !== undefined;
}

/** A record is ours, but it says what is removed later: it is looked at all the same. */
function isAsideName(name: string): boolean {
  return name.startsWith(ASIDE) && !name.includes("/");
}

/** To another file system: out of its place at once, and copied from there. */
async function across(taking: Taking, from: Folder, name: string, item: Quarantined): Promise<Quarantined> {
  const { state, workspace } = taking;
  if (item.kind === "fifo" || item.kind === "socket" || item.kind === "device") {
    // There is nothing in it, and no copy of it.
    from.unlink(name);
    using into = openItem(state, item.id);
    using _empty = HeldFile.make(into, CONTENT);
    return item;
  }
  const aside = { ...item, aside: `${ASIDE}${item.id}` };
  await writeItem(state, aside);
  if (move(from, name, workspace, aside.aside) !== "moved") {
    throw new KanibakoError("cannot-move", "it is on a file system of its own");
  }
  return await bring(taking, aside);
}

/** Copies what was set aside, and removes it there. Stays set aside what is too large. */
async function bring(taking: Taking, item: Quarantined): Promise<Quarantined> {
  const { state, workspace } = taking;
  const part = `${itemFolder(state, item.id)}/part`;
  await removeTree(part);
  try {
    await copyOne(workspace, item.aside!, part, ACROSS_LIMITS);
  } catch (error) {
    if (error instanceof KanibakoError && ["too-large", "disk-full"].includes(error.code)) return item;
    throw error;
  }
  {
    using copied = openFolder(part);
    using into = openItem(state, item.id);
    move(copied, item.aside!, into, CONTENT);
  }
  await removeTree(part);
  return await leaveAside(taking, item);
}

/** It is here: what was set aside is of no more use. */
async function leaveAside({ state, workspace }: Taking, item: Quarantined): Promise<Quarantined> {
  const { aside, ...here } = item;
  if (aside !== undefined && isAsideName(aside)) await removeTree(`${workspace.path}/${aside}`);
  await writeItem(state, here);
  return here;
}

/** A folder gets another parent only from who may write in it, and in the one it leaves. */
export function move(from: Folder, name: string, into: Folder, newName: string): "moved" | "other-disk" {
  from.unlock(name);
  const above = from.self();
  const isLocked = above.uid === Deno.uid() && (above.mode & 0o200) === 0;
  if (isLocked) from.setMode(above.mode | 0o200);
  try {
    const how = from.moveAcross(name, into, newName);
    if (how !== "taken") return how;
    throw new KanibakoError("cannot-move", `${newName} is there already`);
  } finally {
    if (isLocked) from.setMode(above.mode);
  }
}

/** Does it, once more when another user of the box had to be asked first. */
async function owned<T>({ own }: Taking, from: Folder, name: string, act: () => T): Promise<T> {
  try {
    return act();
  } catch (error) {
    const isOurs = from.self().uid === Deno.uid();
    // Each costs a call of the engine.
    const helps = !isOurs || from.info(name)?.uid !== Deno.uid();
    if (!own || !helps || !(error instanceof KanibakoError)) throw error;
    const place = Deno.realPathSync(from.path);
    if (!isOurs) await own(place, false);
    await own(`${place}/${name}`, true);
    return act();
  }
}
