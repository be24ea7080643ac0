/**
 * The folder of messages, which all boxes that are shown it can write: what is in it is hostile, and only touched by handle.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { debug } from "../host/log.ts";
import { type Folder, openFolder } from "../host/tree/folder.ts";
import { appendTo } from "../host/tree/shared_log.ts";
import { BROADCAST, isMailbox, LOG_BYTES, MAILBOXES, MESSAGES } from "./mailbox.ts";

/** Permission bits of the folder and its mailboxes: whoever is not its owner has no business there. */
const PRIVATE = 0o700;
/** Most mailboxes that are looked at. */
const MOST_MAILBOXES = 100_000;

/** The folder of messages, open. */
export function openComms(root: string): Folder {
  return openFolder(root);
}

/**
 * Makes what a box finds there: the folder itself, its mailbox, the log of broadcasts. Sets aside what has become large. Throws
 * `unsafe-tree` where a box has put something else in the place of the mailbox.
 */
export async function makeMailbox(root: string, mailbox: string): Promise<void> {
  await Deno.mkdir(root, { recursive: true, mode: PRIVATE });
  // The folder is the box's, which can close it to everybody.
  const { mode } = await Deno.stat(root);
  if (mode !== null && (mode & PRIVATE) !== PRIVATE) await Deno.chmod(root, mode & 0o777 | PRIVATE);
  using comms = openComms(root);
  rotate(comms, BROADCAST);
  unlessSpoilt(() => appendTo(comms, BROADCAST, ""));
  using box = openMailbox(comms, mailbox, "make")!;
  rotate(box, MESSAGES);
}

/** One mailbox; `undefined` when there is none. */
export function openMailbox(comms: Folder, mailbox: string, how: "find" | "make"): Folder | undefined {
  if (!isMailbox(mailbox)) {
    throw new KanibakoError("bad-mailbox", `${JSON.stringify(mailbox)} names no mailbox.`);
  }
  if (how === "make") comms.make(MAILBOXES, PRIVATE);
  using all = comms.open(MAILBOXES);
  if (how === "make") all!.make(mailbox, PRIVATE);
  return all?.open(mailbox);
}

/** The names of all mailboxes, sorted. What a box has put beside them is none. */
export function mailboxNames(comms: Folder): string[] {
  using all = comms.open(MAILBOXES);
  const names = all?.names(MOST_MAILBOXES) ?? [];
  return names.filter((name) => isMailbox(name) && all!.info(name)?.kind === "folder").sort();
}

/** Sets a file aside that has become large, in the place of the one before, unless a box has put something in the way. */
export function rotate(folder: Folder, name: string): void {
  unlessSpoilt(() => {
    const info = folder.info(name);
    if (info?.kind === "file" && info.size >= LOG_BYTES) folder.move(name, folder, `${name}.1`);
  });
}

/** What boxes have made of a file that all of them write keeps nobody from the rest. */
function unlessSpoilt(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof KanibakoError)) throw error;
    debug(() => error.message);
  }
}
