/**
 * Which record is meant, and which there are.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import { FileLock } from "../../host/store.ts";
import { locateProject } from "../../project/locate.ts";
import { readHead } from "../../record/head.ts";
import { partName, partsOf, recordedBoxes, recordFolder, recordLock } from "../../record/places.ts";
import { firstOf, lastOf } from "../../record/read.ts";

/** The id of the box whose record is meant: an id, a project's name or folder, or the project around `cwd`. Throws `no-record`. */
export async function recordedBox(host: Host, word: string | undefined, cwd: () => string): Promise<string> {
  const recorded = await recordedBoxes(host.dirs);
  if (word !== undefined && recorded.includes(word)) return word;
  // A box that is gone is known by its id alone.
  const { id } = await locateProject(host, word, cwd());
  if (recorded.includes(id)) return id;
  throw new KanibakoError("no-record", `There is no record of ${shellQuote(word ?? id)}.`, {
    hint: host.system.config.values["record.enabled"] === false
      ? "None is kept: record.enabled is false."
      : "To see which there are: kanibako record list",
  });
}

/** One record. */
export interface RecordSummary {
  readonly box: string;
  /** The number of its last entry; 0: it is gone. */
  readonly lastSeq: number;
  /** ISO 8601. */
  readonly firstAt: string | undefined;
  readonly lastAt: string | undefined;
  readonly signedAt: string | undefined;
  readonly sizeBytes: number;
}

/** All records, by the box's id. */
export async function listRecords({ dirs }: Host): Promise<RecordSummary[]> {
  return await Promise.all((await recordedBoxes(dirs)).map(async (box) => {
    using _lock = await FileLock.acquire(recordLock(dirs, box), { shared: true });
    const folder = recordFolder(dirs, box);
    const parts = await partsOf(folder);
    const path = (part: number | undefined) => part === undefined ? undefined : `${folder}/${partName(part)}`;
    const [first, last] = [path(parts[0]), path(parts.at(-1))];
    const end = last === undefined ? undefined : lastOf(last).entry;
    return {
      box,
      lastSeq: end?.seq ?? 0,
      firstAt: first === undefined ? undefined : (await firstOf(first))?.at,
      lastAt: end?.at,
      signedAt: (await readHead(dirs, box).catch(() => undefined))?.at,
      sizeBytes: parts.reduce((sum, part) => sum + Deno.statSync(path(part)!).size, 0),
    };
  }));
}
