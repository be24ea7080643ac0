/**
 * What is to take the place of something live: made beside it, compared with its snapshot, and on the disk before the other goes.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { Folder } from "../../host/tree/folder.ts";
import { type Bring, bring } from "./materialise.ts";
import { compareWithSnapshot } from "./compare.ts";
import { ofProject, type Snapshot, type Vault } from "../store.ts";

/** Makes it. Throws `not-verified` when it is not what the snapshot says it held, and what {@link bring} throws. */
export async function makeFresh(vault: Vault, snapshot: Snapshot, job: Bring): Promise<void> {
  await bring(vault, snapshot, job);
  using fresh = job.into.open(job.name);
  const wrong = fresh
    ? compareWithSnapshot(vault, snapshot, { name: job.part, folder: fresh }, job.paths)
    : "";
  if (wrong === undefined) return;
  throw new KanibakoError(
    "not-verified",
    `Cannot restore ${shellQuote(snapshot.name)}: ${
      wrong === "" ? "it is empty" : `${shellQuote(wrong)} changed after it was taken`
    }. What is there now stays.`,
    {
      hint: `To see what is damaged: kanibako box vault verify ${shellQuote(snapshot.name)}${
        ofProject(vault)
      }`,
    },
  );
}

/**
 * Waits until all that was written is on the disk. Names reach it before content does: without this a power cut leaves the new with
 * empty files, and the old gone.
 */
export function settle(...folders: readonly (Folder | undefined)[]): void {
  const done = new Set<number>();
  for (const folder of folders) {
    const dev = folder?.self().dev;
    if (dev === undefined || done.has(dev)) continue;
    folder!.sync();
    done.add(dev);
  }
}
