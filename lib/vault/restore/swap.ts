/**
 * The new for the old, by one rename where the file system can swap two names. Where it cannot, the old is set aside an instant
 * before, beside the place it had: whatever happens then, it is there.
 *
 * @module
 */

import { isEmptyFolder } from "../../host/tree/entry.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { Folder } from "../../host/tree/folder.ts";
import { type Ui, warning } from "../../spec/ui.ts";

/** How a name begins under which something is set aside. */
const ASIDE = ".kanibako-old-";
/** As much of a name goes into the other: both must fit into 255 bytes. */
const NAMED = 40;

/** Whether there was something, which has the new one's place now. */
export type Replaced = "swapped" | "moved";

/** Puts `fresh` of one folder into another as `name`. What was there takes its place. */
export function replace(from: Folder, fresh: string, into: Folder, name: string): Replaced {
  using folder = from.info(fresh)?.kind === "folder" ? from.open(fresh) : undefined;
  using old = into.info(name)?.kind === "folder" ? into.open(name) : undefined;
  const times = folder?.self();
  const mode = folder && makeMovable(folder);
  if (old) makeMovable(old);
  const above = makeMovable(into);
  const how = into.info(name) ? "swapped" : "moved";
  if (how === "moved") from.move(fresh, into, name);
  else exchange(from, fresh, into, name);
  if (mode !== undefined && folder!.self().mode !== mode) folder!.setMode(mode);
  if (into.self().mode !== above) into.setMode(above);
  // On XFS a folder counts as changed when it gets another parent.
  if (times) folder!.setTimes({ atimeNs: times.atimeNs, mtimeNs: times.mtimeNs });
  return how;
}

/** A folder gets another parent only from who may write in it. Answers the permissions it had. */
function makeMovable(folder: Folder): number {
  const { mode, uid } = folder.self();
  if (uid === Deno.uid() && (mode & 0o200) === 0) folder.setMode(mode | 0o200);
  return mode;
}

/** Moves something into a folder of ours, whatever its permissions are. */
export function moveAway(from: Folder, name: string, into: Folder, newName: string): void {
  using folder = from.info(name)?.kind === "folder" ? from.open(name) : undefined;
  const mode = folder && makeMovable(folder);
  const above = makeMovable(from);
  from.move(name, into, newName);
  if (mode !== undefined && folder!.self().mode !== mode) folder!.setMode(mode);
  if (from.self().mode !== above) from.setMode(above);
}

/** As it was before {@link replace} was called with the same words. */
export function takeBack(
  how: Replaced,
  from: Folder,
  fresh: string,
  into: Folder,
  name: string,
): void {
  if (how === "moved") into.move(name, from, fresh);
  else exchange(from, fresh, into, name);
}

function exchange(from: Folder, fresh: string, into: Folder, name: string): void {
  if (from.swap(fresh, into, name)) return;
  const aside = `${asideOf(name)}${crypto.randomUUID()}`;
  into.move(name, into, aside);
  try {
    from.move(fresh, into, name);
  } catch (error) {
    into.move(aside, into, name);
    throw error;
  }
  into.move(aside, from, fresh);
}

/**
 * Puts back what a killed call had set aside in a folder, when its place is empty still. Where something else came meanwhile it is
 * left to a person.
 */
export function putBack(ui: Ui, folder: Folder, name: string): void {
  const aside = [...Deno.readDirSync(folder.path)].filter((one) =>
    one.isDirectory && one.name.startsWith(asideOf(name))
  );
  for (const one of aside) {
    if (folder.info(name)?.kind === "folder" && isEmptyFolder(`${folder.path}/${name}`)) {
      Deno.removeSync(`${folder.path}/${name}`);
    }
    if (!folder.info(name)) folder.move(one.name, folder, name);
    else {
      return warning(ui, "restore-interrupted", { place: shellQuote(`${folder.shown}/${one.name}`) });
    }
  }
}

function asideOf(name: string): string {
  return `${ASIDE}${name.slice(0, NAMED)}-`;
}
