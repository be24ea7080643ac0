/**
 * Changes whose process ended before they did: taken back, or finished, by the next command.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { FileLock } from "../../host/store.ts";
import { advance, retreat } from "./change.ts";
import { changesUnderWay, JournalFile } from "./journal.ts";

/**
 * Recovers what there is to recover and returns a sentence for each. Costs one look into a folder when there is nothing.
 * Does not throw for a change that cannot be recovered now: it is reported, stays, and keeps its boxes from being started.
 */
export async function recoverChanges(host: Host): Promise<readonly string[]> {
  const said: string[] = [];
  for (const id of changesUnderWay(host)) {
    const sentence = await recover(host, new JournalFile(host, id));
    if (sentence !== undefined) said.push(sentence);
  }
  return said;
}

async function recover(host: Host, file: JournalFile): Promise<string | undefined> {
  using lock = await FileLock.tryAcquire(file.lock);
  // Somebody is at work on it.
  if (!lock) return undefined;
  try {
    const journal = await file.read();
    if (!journal) {
      await Deno.remove(file.lock).catch(() => {});
      return undefined;
    }
    const what = `An unfinished ${journal.what} was found (${journal.about}).`;
    if (journal.done < journal.commitAt) {
      await retreat(host, file, journal);
      return `${what} It was rolled back; everything is as it was before.`;
    }
    const { left } = await advance(host, file, journal);
    const rest = left.map(({ path, error }) => ` Not deleted: ${path} (${error.message}).`);
    return `${what} It is now complete.${rest.join("")}`;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return `An unfinished change cannot be rolled back: ${why} It is recorded in ${file.path}.`;
  }
}
