/**
 * What an image of a rig was built from, as its labels say: by which recipe, and on which image.
 *
 * @module
 */

import { version } from "../host/version.ts";
import type { ImageStore } from "../runtime/images.ts";
import { type Recipe, recipeHash } from "./containerfiles.ts";
import { parseImageName, qualified, registryOf } from "./image_name.ts";

/** What an image was built on. */
export interface Origin {
  readonly id: string;
  /** Its registry's reference by digest, where it came from one. */
  readonly digest: string | undefined;
}

/** The registry's digest of an image that was built on, as a reference. */
export const LABEL_DIGEST = "kanibako.base.digest";

/** What `base` is, as far as the store knows. */
export async function originOf(base: string, store: ImageStore): Promise<Origin | undefined> {
  const image = await store.get(base);
  const full = qualified(base);
  return image && {
    id: image.id,
    digest: registryOf(base) === undefined
      ? undefined
      : image.digests.map(qualified).find((digest) => isOfSame(digest, full)),
  };
}

/** Whether a reference by digest names an image of the same repository. */
export function isOfSame(digest: string, reference: string): boolean {
  const [one, other] = [parseImageName(digest), parseImageName(reference)];
  return one?.digest !== undefined && one.registry === other?.registry &&
    one.repository === other?.repository;
}

/** The labels of an image that a recipe is built to. `base`: what it is built on. */
export async function rigLabels(
  recipe: Recipe,
  base: string | undefined,
  origin: Origin | undefined,
): Promise<Record<string, string>> {
  return {
    "kanibako.rig": recipe.name,
    "kanibako.recipe": await recipeHash(recipe),
    "kanibako.version": version,
    // Always: an image has the labels of the one it is built on.
    "kanibako.base": base ?? "",
    "kanibako.base.id": origin?.id ?? "",
    [LABEL_DIGEST]: origin?.digest ?? "",
  };
}
