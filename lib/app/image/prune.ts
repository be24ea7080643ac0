/**
 * Removes images that this program has brought here and that nobody uses. Each can be had again: it was pulled, or is built from a
 * Containerfile. What was made by hand, what was kept, and what somebody else has brought here stays.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { Aborted, KanibakoError } from "../../host/error.ts";
import { formatBytes } from "../../host/size.ts";
import { count } from "../../host/ui/text.ts";
import { findLocal } from "../../rig/image_name.ts";
import { builtReference, recipeOf } from "../../rig/resolve.ts";
import { forgetRig } from "../../rig/records.ts";
import { failure } from "../../spec/ui.ts";
import { type ListedImage, seeImages, type SeenImages } from "./list.ts";

/** Most images that the question names. */
const NAMED = 20;

/** How to prune. */
export interface ImagePruneOptions {
  readonly engine?: string | undefined;
  /** Only look. */
  readonly plan?: boolean;
  /** Do not ask. */
  readonly force?: boolean;
}

/** What was found, and what became of it. */
export interface PrunedImages {
  readonly found: readonly ListedImage[];
  /** Those that were removed; empty with `plan`. */
  readonly removed: readonly ListedImage[];
}

/** Finds them, asks, and removes them. Throws {@link Aborted} for a no. What cannot be removed is noted, and stays. */
export async function pruneImages(
  host: Host,
  { engine, plan = false, force = false }: ImagePruneOptions = {},
): Promise<PrunedImages> {
  const seen = await seeImages(host, engine);
  const found = await prunable(seen);
  if (plan || found.length === 0) return { found, removed: [] };
  if (!force) {
    const sure = await host.ui.confirm({
      text: `Remove ${count(found.length, "image")} that nobody uses, ${formatBytes(bytesOfImages(found))}?`,
      details: [
        ...found.slice(0, NAMED).map(({ names }) => `  ${names.join(", ")}`),
        ...(found.length > NAMED ? [`  and ${found.length - NAMED} more`] : []),
      ],
    });
    if (!sure) throw new Aborted();
  }
  const removed: ListedImage[] = [];
  for (const image of found) {
    try {
      for (const name of image.names) {
        await seen.store.remove(name);
        await forgetRig(host.dirs, name);
      }
      removed.push(image);
    } catch (error) {
      if (!(error instanceof KanibakoError)) throw error;
      failure(host.ui, error);
    }
  }
  return { found, removed };
}

/** What they take together, as far as it is known; layers that they share are counted in each. */
export function bytesOfImages(images: readonly ListedImage[]): number {
  return images.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
}

/** Those that can go, what others are built on last. */
async function prunable({ images, view, store, pulledAs }: SeenImages): Promise<ListedImage[]> {
  const found: ListedImage[] = [];
  for (const image of images) {
    if (image.usedBy.length > 0 || image.names.length === 0) continue;
    const pulled = pulledAs.get(image.id) ?? [];
    // A name that somebody else has given it would not come back with it.
    const isPulled = pulled.length > 0 &&
      image.names.every((name) => pulled.some((reference) => findLocal(reference, [name]) !== undefined));
    if (isPulled || await isRebuildable(image, view.around.recipes, store)) {
      found.push(image);
    }
  }
  // The newest was built on the oldest, never the other way round.
  return found.sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0));
}

/** All its names are those of recipes that there are, and it was built from one: an image made by hand may be called like it. */
async function isRebuildable(
  { names, id }: ListedImage,
  recipes: readonly string[],
  store: SeenImages["store"],
): Promise<boolean> {
  const isBuilt = (name: string) => {
    const recipe = recipeOf(name, recipes);
    return recipe !== undefined &&
      [builtReference(recipe), builtReference(recipe).replace(/^localhost\//, "")].includes(name);
  };
  if (!names.every(isBuilt)) return false;
  const labels = (await store.get(id))?.labels ?? {};
  return (labels["kanibako.recipe"] ?? "") !== "" && labels["kanibako.made"] !== "hand";
}
