/**
 * Snapshots that are one compressed file each.
 *
 * @module
 */

import { OWN_LIMITS } from "../../archive/limits.ts";
import { packArchive, type PackReport } from "../../archive/write.ts";
import type { PartName } from "../record.ts";
import type { Strategy, Take } from "./strategy.ts";

/** How often a tree is packed in which files become shorter meanwhile. */
const ATTEMPTS = 3;

/** Works everywhere, and takes the least room for text. */
export const archive: Strategy = {
  name: "archive",
  async take(job) {
    let report = await pack(job);
    // What is written meanwhile is as it was when its turn came. What was cut off is filled with zeros that nobody wrote.
    for (let again = 0; report.changed.length > 0 && again < ATTEMPTS - 1; again++) report = await pack(job);
    const { files, archiveBytes, skippedCount, unreadable, changed, torn, skipped } = report;
    return {
      files,
      bytes: -1,
      ownBytes: archiveBytes,
      skipped: skippedCount - unreadable,
      unreadable,
      torn: Math.max(torn, changed.length),
      leftOut: skipped.map(({ path, kind }) => {
        const slash = path.indexOf("/");
        return { part: path.slice(0, slash) as PartName, path: path.slice(slash + 1), kind };
      }),
    };
  },
};

function pack(job: Take): Promise<PackReport> {
  const target = `${job.into.path}/content.tar.${job.compression}`;
  return packArchive(target, job.compression, async (writer) => {
    for (const part of job.parts) {
      await writer.addTree(part.folder.path, part.name, {
        ...(part.exclude ? { exclude: part.exclude } : {}),
        ...(job.onProgress ? { onProgress: job.onProgress } : {}),
        unreadable: job.careful ? "refuse" : "skip",
        watch: job.watch,
      });
    }
  }, { overwrite: true, limits: OWN_LIMITS });
}
