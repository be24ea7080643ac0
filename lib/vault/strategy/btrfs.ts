/**
 * Snapshots of a subvolume.
 *
 * @module
 */

import { holdsSubvolumes, isSubvolume, snapshotSubvolume } from "../../host/btrfs.ts";
import { KanibakoError } from "../../host/error.ts";
import type { Strategy } from "./strategy.ts";
import { reflink } from "./trees.ts";

/** The folder the box writes is a subvolume; a home is not, and shares its blocks instead. */
export const btrfs: Strategy = {
  name: "btrfs",
  async take(job) {
    const content = job.parts.find(({ name }) => name === "content");
    if (!content || !isSubvolume(content.folder) || holdsSubvolumes(content.folder)) {
      throw new KanibakoError(
        "no-btrfs",
        "The vault's folder is not a btrfs subvolume, or contains other subvolumes.",
        {
          hint: "Use another strategy: --strategy reflink",
        },
      );
    }
    // Not a read-only one: whoever removes or moves the project must be able to, with the tools there are.
    snapshotSubvolume(content.folder, job.into, "content", { readOnly: false });
    const rest = job.parts.filter((part) => part !== content);
    const none = { skipped: 0, unreadable: 0, torn: 0, leftOut: [] };
    const others = rest.length > 0 ? await reflink.take({ ...job, parts: rest }) : none;
    return { ...others, files: -1, bytes: -1, ownBytes: -1 };
  },
};
