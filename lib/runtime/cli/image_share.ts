/**
 * What of podman's storage makes up its images, so that they can be shown to a box. Not the whole of it: beside the images there are the
 * files of every container, what they were started with, and secrets.
 *
 * @module
 */

import { KanibakoError } from "../../host/error.ts";
import { readText } from "../../host/store.ts";
import type { SharedPlace } from "../runtime.ts";

/** Most layers: each is a mount of its own. */
const MOST_LAYERS = 400;
/** Ids of images and layers. */
const ID = /^[0-9a-f]{64}$/;

interface Image {
  readonly layer?: string;
  readonly "mapped-layers"?: readonly string[];
}

interface Layer {
  readonly id: string;
  readonly parent?: string;
}

/** The places of the images that are in a storage now. Throws `no-shared-images`, with the reason, for one that cannot be shown. */
export async function imagePlaces(root: string, driver: string): Promise<readonly SharedPlace[]> {
  if (driver !== "overlay") throw refused(`its storage driver is ${driver}, and only overlay can be shared`);
  const [images, layers] = await Promise.all([
    listed<Image>(`${root}/overlay-images/images.json`),
    listed<Layer>(`${root}/overlay-layers/layers.json`),
  ]);
  if (images.length === 0) throw refused("there are none");
  const needed = layersOf(images, layers);
  if (needed.length > MOST_LAYERS) {
    throw refused(`they have ${needed.length} layers, and ${MOST_LAYERS} can be shared`);
  }
  const names = ["overlay-images", "overlay-layers", "overlay/l", ...needed.map((id) => `overlay/${id}`)];
  return names.map((name) => ({ source: `${root}/${name}`, place: name }));
}

/** The layers of images, with all that these stand on. Not those of containers. */
export function layersOf(images: readonly Image[], layers: readonly Layer[]): readonly string[] {
  const parents = new Map(layers.map(({ id, parent }) => [id, parent]));
  const needed = new Set<string>();
  for (const { layer } of images) {
    for (let id = layer; id && ID.test(id) && parents.has(id) && !needed.has(id); id = parents.get(id)) {
      needed.add(id);
    }
  }
  return [...needed].sort();
}

async function listed<T>(path: string): Promise<readonly T[]> {
  const text = await readText(path);
  if (text === undefined) return [];
  try {
    const found: unknown = JSON.parse(text);
    if (Array.isArray(found)) return found;
  } catch { /* said below */ }
  throw refused(`${path} cannot be read`);
}

/** The error, with the reason as a clause. */
export function refused(why: string): KanibakoError {
  return new KanibakoError(
    "no-shared-images",
    `The images of this host cannot be shared with the box: ${why}.`,
  );
}
