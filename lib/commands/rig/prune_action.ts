/**
 * `kanibako rig prune`: what it does.
 *
 * @module
 */

import type { ListedImage } from "../../app/image/list.ts";
import { bytesOfImages, pruneImages } from "../../app/image/prune.ts";
import { UsageError } from "../../host/error.ts";
import { formatBytes } from "../../host/size.ts";
import { json, note, out, table } from "../../host/ui/terminal.ts";
import type { Context } from "../context.ts";
import type { RigPruneFlags } from "./rig_images.ts";

/** Removes images that nobody uses. */
export default async function prune(this: Context, flags: RigPruneFlags): Promise<number> {
  if (flags.json && !flags.plan && !flags.force) {
    throw new UsageError("--json needs --plan or --force.", { hint: "A script cannot be asked." });
  }
  const { found, removed } = await pruneImages(await this.host(), flags);
  const shown = flags.plan ? found : removed;
  if (flags.json) {
    json({ images: found.map((image) => asJson(image, removed)), bytes: bytesOfImages(shown) });
  } else if (found.length === 0) out("There is no image that nobody uses.");
  else {
    table(
      ["REPOSITORY:TAG", "SIZE"],
      shown.flatMap(({ names, sizeBytes }) =>
        names.map((name) => [name, sizeBytes === undefined ? "-" : formatBytes(sizeBytes)])
      ),
    );
    out(`${flags.plan ? "Would free" : "Freed"} up to ${formatBytes(bytesOfImages(shown))}.`);
    note("Images may share layers with others, and free less.");
  }
  return !flags.plan && removed.length < found.length ? 1 : 0;
}

function asJson(image: ListedImage, removed: readonly ListedImage[]): Record<string, unknown> {
  const { id, names, sizeBytes } = image;
  return { id, names, sizeBytes: sizeBytes ?? null, removed: removed.includes(image) };
}
