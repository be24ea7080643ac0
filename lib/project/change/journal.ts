/**
 * Where a change under way is written down: before its first step, and after each.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { readJson, writeText } from "../../host/store.ts";
import { type Journal, journalSchema } from "./step.ts";

/** The folder of all changes under way. */
export function changesFolder(state: string): string {
  return `${state}/changes`;
}

/** The journal of one change, and the lock that is held by the process at work on it. */
export class JournalFile {
  readonly path: string;

  constructor(host: Host, readonly id: string) {
    this.path = `${changesFolder(host.dirs.state)}/${id}.json`;
  }

  /** The lock's file. */
  get lock(): string {
    return this.path.replace(/json$/, "lock");
  }

  /** What is written; `undefined` when the change is over. */
  read(): Promise<Journal | undefined> {
    return readJson(this.path, journalSchema);
  }

  /** Writes it, so that it is there whatever happens next. It may hold variables of a box: nobody else may read it. */
  async write(journal: Journal): Promise<void> {
    await writeText(this.path, JSON.stringify(journal), 0o600);
    using folder = await Deno.open(this.path.slice(0, this.path.lastIndexOf("/")));
    await folder.sync();
  }

  /** The change is over. */
  async remove(): Promise<void> {
    await Deno.remove(this.path);
    await Deno.remove(this.lock).catch(() => {});
  }
}

/** Ids of the changes that are written down. Empty, by one call, when there is none. */
export function changesUnderWay(host: Host): string[] {
  const ids: string[] = [];
  try {
    for (const { name } of Deno.readDirSync(changesFolder(host.dirs.state))) {
      if (/^[a-z0-9-]+\.json$/.test(name)) ids.push(name.slice(0, -".json".length));
    }
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
  }
  return ids.sort();
}
