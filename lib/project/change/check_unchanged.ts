/**
 * Whether a box's places are what they were when they were looked up. Asked at every launch, and so kept apart from what
 * makes changes.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { changesFolder, changesUnderWay, JournalFile } from "./journal.ts";

/** A value that is another one when a change has begun or ended since. One look at one folder. */
export function changesMark(host: Host): string {
  try {
    const { mtime, ino } = Deno.statSync(changesFolder(host.dirs.state));
    return `${ino}:${mtime?.getTime()}`;
  } catch {
    return "";
  }
}

/**
 * Throws `busy` when a box is part of a change that goes on or could not be recovered, and `stale` when a change has begun
 * or ended since `mark`: where its folders are may have been asked before.
 */
export async function checkUnchanged(
  host: Host,
  box: { id: string; name: string },
  mark: string,
): Promise<void> {
  for (const id of changesUnderWay(host)) {
    const journal = await new JournalFile(host, id).read();
    if (!journal || ![...journal.projects, ...journal.makes ?? []].includes(box.id)) continue;
    throw new KanibakoError(
      "busy",
      `The box ${box.name} is being changed: ${journal.what}, ${journal.about}.`,
      {
        hint: "Wait until it is done and try again.",
      },
    );
  }
  if (changesMark(host) === mark) return;
  throw new KanibakoError("stale", `Projects were moved just now, perhaps ${box.name} too.`, {
    hint: "Try again.",
  });
}
