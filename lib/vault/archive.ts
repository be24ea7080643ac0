/**
 * Snapshots that are one compressed file each.
 *
 * @module
 */

import { packArchive } from "../archive/write.ts";
import type { Strategy } from "./strategy.ts";

/** Works everywhere, and takes the least room for text. */
export const archive: Strategy = {
  name: "archive",
  async take(job) {
    const report = await packArchive(
      `${job.into.path}/content.tar.${job.compression}`,
      job.compression,
      async (writer) => {
        for (const part of job.parts) {
          await writer.addTree(part.folder.path, part.name, {
            ...(part.exclude ? { exclude: part.exclude } : {}),
            ...(job.onProgress ? { onProgress: job.onProgress } : {}),
          });
        }
      },
    );
    return {
      files: report.files,
      bytes: -1,
      ownBytes: report.archiveBytes,
      skipped: report.skippedCount,
    };
  },
};
