/**
 * Removing a rig: what a word stands for, and nothing else that happens to be called alike.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import type { ImageStore } from "../runtime/images.ts";
import { KanibakoError } from "../host/error.ts";
import { sha256 } from "../host/sha256.ts";
import { findRecipe } from "./containerfiles.ts";
import { recoverability } from "./info.ts";
import { findLocal, parseImageName } from "./image_name.ts";
import { findRig, viewRigs } from "./lookup.ts";
import { forgetRig } from "./records.ts";
import { readRigRows, removeRigRow, type RigRow, rowOf } from "./registry.ts";
import type { Rig } from "./resolve.ts";

/** What would be removed. */
export interface RigRemoval {
  readonly word: string;
  /** The entry of `rigs.toml`. */
  readonly row: boolean;
  /** The local image. */
  readonly image: string | undefined;
  /** The Containerfile that was added under that name, where it is still what was added. */
  readonly containerfile?: string | undefined;
  /** Whether what goes could be had again, for people. */
  readonly recovery: string;
  readonly recoverable: boolean;
}

/** Finds out what removing a word means. Throws `no-rig` when that is nothing. */
export async function planRigRemoval(host: Host, store: ImageStore, word: string): Promise<RigRemoval> {
  const view = await viewRigs(host, store);
  const rig = await findRig(view, store, word);
  const rows = await readRigRows(host.dirs);
  const row = rowOf(rows, word);
  // An entry that only names a registry's image is forgotten; the image may serve others.
  const ownsImage = row === undefined || row.kind === "extended" || row.source_type !== "ref";
  const ready = rig.status === "ready" && ownsImage ? rig.reference : undefined;
  const image = ready !== undefined && isNamed(word, ready) ? ready : undefined;
  if (row === undefined && image === undefined) throw await nothingToRemove(host, rig, ready);
  const containerfile = await addedContainerfile(host, rig, row);
  const recovery = image === undefined
    ? {
      recovery: containerfile ? "its Containerfile goes" : "only its entry is forgotten",
      recoverable: true,
    }
    : recoverability(containerfile ? { ...rig, recipe: undefined } : rig, row);
  return { word, row: row !== undefined, image, containerfile, ...recovery };
}

/** Whether a word names this very image, as a reference in full does, or is a short name, which means what it was found to mean. */
function isNamed(word: string, image: string): boolean {
  const name = parseImageName(word);
  return name?.registry === undefined && name?.digest === undefined || findLocal(word, [image]) !== undefined;
}

/** A Containerfile that was added is a copy of ours, as long as nobody has worked on it. */
async function addedContainerfile(
  { dirs }: Host,
  { word }: Rig,
  row: RigRow | undefined,
): Promise<string | undefined> {
  if (row?.sha256 === undefined) return undefined;
  const recipe = await findRecipe(dirs, `template-${word}`);
  return recipe?.path !== undefined && await sha256(recipe.text) === row.sha256 ? recipe.path : undefined;
}

/** There is no image of that name. A recipe is the user's own work, and stays. */
async function nothingToRemove(host: Host, rig: Rig, standIn: string | undefined): Promise<KanibakoError> {
  const recipe = rig.recipe === undefined ? undefined : await findRecipe(host.dirs, rig.recipe);
  const hint = [
    ...(standIn === undefined
      ? []
      : [`${standIn} is used in its place. To remove that: kanibako rig rm ${standIn}`]),
    ...(recipe?.path === undefined ? [] : [`Its Containerfile stays: ${recipe.path}`]),
    "To list rigs: kanibako rig list",
  ];
  return new KanibakoError("no-rig", `There is no image of the rig "${rig.word}" to remove.`, { hint });
}

/** Removes what was planned. The entry goes last, so that a failure can be tried again. */
export async function removeRig(host: Host, store: ImageStore, removal: RigRemoval): Promise<void> {
  if (removal.image !== undefined) {
    await store.remove(removal.image);
    await forgetRig(host.dirs, removal.image);
  }
  if (removal.containerfile !== undefined) await Deno.remove(removal.containerfile);
  if (removal.row) await removeRigRow(host.dirs, removal.word);
}
