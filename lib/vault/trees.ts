/**
 * Snapshots that are trees of files: `reflink` and `hardlink`.
 *
 * @module
 */

import { type CopyOptions, copyTree } from "../host/tree_copy.ts";
import type { LivePart } from "./known.ts";
import type { Strategy, Take, Taken } from "./strategy.ts";

/** Every file shares its blocks with the live one. */
export const reflink: Strategy = {
  name: "reflink",
  take: (job) => takeTrees(job, () => ({ reflink: "always" })),
};

/** Files that did not change are the last snapshot's. */
export const hardlink: Strategy = {
  name: "hardlink",
  take: (job) =>
    takeTrees(
      job,
      (part, earlier) =>
        earlier === undefined
          ? { reflink: "auto" }
          : { reflink: "auto", linkDest: earlier, mayLink: (entry) => job.isSame(part.name, entry) },
    ),
};

async function takeTrees(
  job: Take,
  options: (part: LivePart, earlier: string | undefined) => CopyOptions,
): Promise<Taken> {
  const total = { files: 0, bytes: 0, ownBytes: 0, skipped: 0 };
  let shared = false;
  for (const part of job.parts) {
    using earlier = job.earlier(part.name);
    const report = await copyTree(part.folder.path, `${job.into.path}/${part.name}`, {
      ...options(part, earlier?.path),
      exclude: part.exclude,
      onProgress: job.onProgress,
      onFile: (file) => {
        if (file.kind === "file" && file.how !== "hard-link") total.bytes += file.size;
        if (file.how === "cloned") shared = true;
      },
    });
    total.files += report.files;
    // Of what shares its blocks nobody can tell what is its own without asking for each block.
    total.ownBytes += shared ? 0 : report.bytes;
    total.skipped += report.skippedCount;
  }
  return total;
}
