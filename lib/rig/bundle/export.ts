/**
 * Writes a rig that was made by hand into a file, a bundle, that another machine imports.
 *
 * @module
 */

import { packArchive } from "../../archive/write.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { stringify } from "../../host/toml.ts";
import { shellQuote } from "../../host/ui/text.ts";
import type { ImageStore } from "../../runtime/images.ts";
import type { Progress } from "../../spec/ui.ts";
import { findRecipe } from "../containerfiles.ts";
import { sweepWork, workFolder } from "../create/leftovers.ts";
import { BUNDLED_METADATA, metadataTable } from "../create/metadata.ts";
import { findRig, viewRigs } from "../lookup.ts";
import { type RigRow, rowOf } from "../registry.ts";
import { CONTAINERFILE, IMAGE } from "./members.ts";

/** How a bundle is written. */
export interface ExportOptions {
  readonly host: Host;
  readonly store: ImageStore;
  readonly progress: Progress;
  /** Takes the place of a file that is there. */
  readonly overwrite?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Writes a bundle; the size of its file in bytes. Throws `not-exportable`, `rig-missing`, `no-rig`, `exists`, `cannot-write`. */
export async function exportRig(word: string, file: string, options: ExportOptions): Promise<number> {
  const { host, store, progress, signal } = options;
  const view = await viewRigs(host, store);
  const rig = await findRig(view, store, word);
  if (rig.kind !== "extended") throw notExportable(word, rig.status === "missing");
  if (rig.status !== "ready") {
    throw new KanibakoError("rig-missing", `The image of the rig ${shellQuote(word)} is missing.`);
  }
  const row: RigRow = rowOf(view.around.rows, word) ?? {};
  const labels = (await store.get(rig.reference))?.labels ?? {};
  const metadata = metadataTable({
    name: word,
    kind: "extended",
    parent: row.parent ?? labels["kanibako.base"],
    foundation_source: row.foundation_source,
    created: row.created,
  });
  await sweepWork(host.dirs);
  await using scratch = await workFolder(host.dirs);
  progress.step(`Writing the image ${rig.reference}`);
  await Deno.mkdir(`${scratch.path}/bundle`);
  const image = `${scratch.path}/bundle/${IMAGE}`;
  await store.save(rig.reference, image, signal ? { signal } : {});
  // The engine may have made it for all to read.
  await Deno.chmod(image, 0o600);
  progress.step(`Compressing ${file}`);
  const foundation = row.foundation_source === undefined
    ? undefined
    : await findRecipe(host.dirs, `template-${row.foundation_source}`);
  const { archiveBytes } = await packArchive(file, "gz", async (writer) => {
    await writer.addText(BUNDLED_METADATA, stringify(metadata));
    // A bundled one is wherever kanibako is.
    if (foundation?.path !== undefined) await writer.addText(CONTAINERFILE, foundation.text);
    await writer.addTree(`${scratch.path}/bundle`, "");
  }, { overwrite: options.overwrite ?? false, ...(signal ? { signal } : {}) });
  progress.stop();
  return archiveBytes;
}

function notExportable(word: string, isUnknown: boolean): KanibakoError {
  if (isUnknown) {
    return new KanibakoError("no-rig", `There is no rig ${shellQuote(word)}.`, {
      hint: "To list rigs: kanibako rig list",
    });
  }
  return new KanibakoError("not-exportable", `The rig ${shellQuote(word)} was not made by hand.`, {
    hint: [
      "What is pulled or built is had again elsewhere: kanibako rig prep",
      "A Containerfile or an image reference is added there: kanibako rig add",
    ],
  });
}
