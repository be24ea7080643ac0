/**
 * The images that boxes are started from, and those that commands were run in.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { type RigView, viewRigs } from "../../rig/lookup.ts";
import { readRigRecords } from "../../rig/records.ts";
import { allBoxes } from "../../run/find_boxes.ts";
import { chosenRuntime } from "../../run/used_runtimes.ts";
import type { ImageInfo, ImageStore } from "../../runtime/images.ts";
import { imagesOf } from "../../runtime/open.ts";
import { imageUses } from "./uses.ts";

/** An image, and what it has to do with this program. */
export interface ListedImage {
  /** The engine's id of it, in full, without the name of the hash. */
  readonly id: string;
  /** Its names; none of an image that another one has replaced. */
  readonly names: readonly string[];
  /** Absent where the engine does not say. */
  readonly sizeBytes?: number;
  /** When it was made, in seconds since 1970; absent where the engine does not say. */
  readonly createdAt?: number;
  /** Boxes, projects and images, as people call them, sorted. */
  readonly usedBy: readonly string[];
  /** `built`: here, by this program; `pulled`: by this program; `other`: somebody else's. */
  readonly origin: "built" | "pulled" | "other";
}

/** What is known of the images of one engine. */
export interface SeenImages {
  readonly store: ImageStore;
  readonly view: RigView;
  readonly images: readonly ListedImage[];
  /** The references by which this program pulled images, by the image's id as {@link ListedImage} has it. */
  readonly pulledAs: ReadonlyMap<string, readonly string[]>;
}

/** Looks at all images of the engine in use, or of the one named. Throws `no-engine`. */
export async function seeImages(host: Host, engine?: string): Promise<SeenImages> {
  const runtime = await chosenRuntime(host, engine);
  const store = imagesOf(runtime);
  const [view, { boxes }, records] = await Promise.all([
    viewRigs(host, store),
    allBoxes(host, runtime.kind),
    readRigRecords(host.dirs),
  ]);
  const uses = await imageUses(host, view, [...boxes.values()]);
  const pulledAs = new Map<string, string[]>();
  for (const { pulled, imageId, reference } of Object.values(records)) {
    if (pulled) pulledAs.set(bare(imageId), [...pulledAs.get(bare(imageId)) ?? [], reference]);
  }
  const origin = (image: ImageInfo): ListedImage["origin"] =>
    pulledAs.has(bare(image.id)) ? "pulled" : isBuilt(image) ? "built" : "other";
  const images = view.images.map((image): ListedImage => ({
    id: bare(image.id),
    names: namesOf(image),
    ...(image.sizeBytes === undefined ? {} : { sizeBytes: image.sizeBytes }),
    ...(image.createdAt === undefined ? {} : { createdAt: image.createdAt }),
    usedBy: uses.get(image.id) ?? [],
    origin: origin(image),
  }));
  return { store, view, images: images.sort(byName), pulledAs };
}

/**
 * The images that this program has built or pulled, and those that boxes use; with `all`, every image of the engine. Throws `no-engine`.
 */
export async function listImages(
  host: Host,
  { engine, all = false }: { readonly engine?: string | undefined; readonly all?: boolean } = {},
): Promise<readonly ListedImage[]> {
  const { images } = await seeImages(host, engine);
  return images.filter(({ origin, usedBy }) => all || origin !== "other" || usedBy.length > 0);
}

/** An engine without labels in its list is asked no further: what is built here is also called so. */
function isBuilt({ labels, names }: ImageInfo): boolean {
  return labels["kanibako.recipe"] !== undefined || labels["kanibako.rig"] !== undefined ||
    names.some((name) => /^(?:localhost\/)?kanibako-/.test(name));
}

function namesOf({ names }: ImageInfo): readonly string[] {
  return names.filter((name) => !name.includes("<none>"));
}

function bare(id: string): string {
  return id.replace(/^sha256:/, "");
}

function byName(one: ListedImage, other: ListedImage): number {
  const [a, b] = [one.names[0] ?? "~", other.names[0] ?? "~"];
  return a < b ? -1 : a > b ? 1 : one.id < other.id ? -1 : 1;
}
