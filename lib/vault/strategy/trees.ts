/**
 * Snapshots that are trees of files: `reflink` and `hardlink`.
 *
 * @module
 */

import { type CopyOptions, copyTree } from "../../host/tree/copy.ts";
import { sha256Sums } from "../../host/tree/hash.ts";
import type { Folder } from "../../host/tree/folder.ts";
import { CopySeal } from "../checksums/copy_seal.ts";
import type { Strategy, Take, Taken } from "./strategy.ts";

/** Every file shares its blocks with the live one. */
export const reflink: Strategy = {
  name: "reflink",
  take: (job) => takeTrees(job, { reflink: "always" }),
};

/** Files that did not change are the last snapshot's. */
export const hardlink: Strategy = {
  name: "hardlink",
  async take(job) {
    using last = job.lastFolder();
    using seal = job.sums ? CopySeal.begin(job, last) : undefined;
    const sums = seal || job.careful ? { sums: sha256Sums } : {};
    const taken = await takeTrees(job, { reflink: "auto", sorted: true, ...sums }, { last, seal });
    seal?.finish();
    return taken;
  },
};

/** What a copy may share with the last snapshot, and where it writes its checksums. */
interface Links {
  readonly last: Folder | undefined;
  readonly seal: CopySeal | undefined;
}

async function takeTrees(job: Take, options: CopyOptions, links?: Links): Promise<Taken> {
  const total = { files: 0, bytes: 0, ownBytes: 0, skipped: 0, unreadable: 0, torn: 0 };
  const leftOut = [];
  const seal = links?.seal;
  let shared = false;
  for (const part of job.parts) {
    using earlier = links && job.earlier(part.name);
    seal?.part(part.name);
    const report = await copyTree(part.folder.path, `${job.into.path}/${part.name}`, {
      ...options,
      ...(earlier
        ? {
          linkDest: earlier.path,
          mayLink: (entry) => job.isSame(part.name, entry),
          compareContent: job.careful,
        }
        : {}),
      unreadable: job.careful ? "refuse" : "skip",
      watch: job.watch,
      exclude: part.exclude,
      onProgress: job.onProgress,
      onEntry: job.onEntry && ((entry) => job.onEntry!(part.name, entry)),
      onFile: (file) => {
        if (file.kind === "file" && file.how !== "hard-link") total.bytes += file.size;
        if (file.how === "cloned") shared = true;
        seal?.add(file);
      },
    });
    total.files += report.files;
    // Of what shares its blocks nobody can tell what is its own without asking for each block.
    total.ownBytes = shared ? -1 : total.ownBytes + report.bytes;
    total.skipped += report.skippedCount - report.unreadable;
    total.unreadable += report.unreadable;
    total.torn += report.torn;
    leftOut.push(...report.skipped.map((one) => ({ part: part.name, ...one })));
  }
  return { ...total, leftOut };
}
