/**
 * Removing a rig: what a word stands for, and nothing else that happens to be called alike.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import type { ImageStore } from "../runtime/images.ts";
import { KanibakoError } from "../host/error.ts";
import { cannot } from "../host/store.ts";
import { findRecipe } from "./containerfiles.ts";
import { recoverability } from "./info.ts";
import { findRig, viewRigs } from "./lookup.ts";
import { forgetRig } from "./records.ts";
import { readRigRows, removeRigRow } from "./registry.ts";

/** What would be removed. */
export interface RigRemoval {
  readonly word: string;
  /** The entry of `rigs.toml`. */
  readonly row: boolean;
  /** The local image. */
  readonly image: string | undefined;
  /** The user's own Containerfile; only when there is no image left to remove. */
  readonly containerfile: string | undefined;
  /** Whether what goes could be had again, for people. */
  readonly recovery: string;
  readonly recoverable: boolean;
}

/** Finds out what removing a word means. Throws `no-rig` when that is nothing. */
export async function planRigRemoval(host: Host, store: ImageStore, word: string): Promise<RigRemoval> {
  const view = await viewRigs(host, store);
  const rig = await findRig(view, store, word);
  const rows = await readRigRows(host.dirs);
  const row = Object.hasOwn(rows, word) ? rows[word] : undefined;
  // An entry that only names a registry's image is forgotten; the image may serve others.
  const ownsImage = row === undefined || row.kind === "extended" || row.source_type !== "ref";
  const image = rig.status === "ready" && ownsImage ? rig.reference : undefined;
  const recipe = rig.recipe === undefined ? undefined : await findRecipe(host.dirs, rig.recipe);
  const containerfile = row === undefined && image === undefined ? recipe?.path : undefined;
  if (row === undefined && image === undefined && containerfile === undefined) {
    throw new KanibakoError("no-rig", `There is no rig "${word}" to remove.`, {
      hint: "To list rigs: kanibako rig list",
    });
  }
  const recovery = containerfile !== undefined
    ? { recovery: "not recoverable: it is your own file", recoverable: false }
    : image === undefined
    ? { recovery: "only its entry is forgotten", recoverable: true }
    : recoverability(rig, row);
  return { word, row: row !== undefined, image, containerfile, ...recovery };
}

/** Removes what was planned. The entry goes last, so that a failure can be tried again. */
export async function removeRig(host: Host, store: ImageStore, removal: RigRemoval): Promise<void> {
  if (removal.image !== undefined) {
    await store.remove(removal.image);
    await forgetRig(host.dirs, removal.image);
  }
  if (removal.containerfile !== undefined) {
    try {
      await Deno.remove(removal.containerfile);
    } catch (cause) {
      throw cannot("remove", removal.containerfile, cause);
    }
  }
  if (removal.row) await removeRigRow(host.dirs, removal.word);
}
