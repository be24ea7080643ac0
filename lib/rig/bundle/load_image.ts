/**
 * Loads an image that came in an archive: under a name of ours, whatever the archive calls it, so that it can replace none.
 *
 * @module
 */

import { packArchive } from "../../archive/write.ts";
import type { ImageStore } from "../../runtime/images.ts";
import type { Dirs } from "../../host/dirs.ts";
import { debug } from "../../host/log.ts";
import { writeText } from "../../host/store.ts";
import { announceWork, incomingReference, type WorkPlace } from "../create/leftovers.ts";
import type { ImageParts } from "./image_parts.ts";

/** What loading takes. */
export interface LoadOptions {
  readonly dirs: Dirs;
  readonly store: ImageStore;
  /** Where the store is. */
  readonly place: WorkPlace;
  /** A folder for the archive that is made. */
  readonly scratch: string;
  readonly signal?: AbortSignal | undefined;
}

/** Loads an image as `reference`. What had that name before loses it. */
export async function loadImage(parts: ImageParts, reference: string, options: LoadOptions): Promise<void> {
  const { dirs, store, place, signal } = options;
  await using announced = await announceWork(dirs, place, "incoming");
  const incoming = incomingReference(announced.name);
  const tar = await archiveOf(parts, incoming, options);
  try {
    await store.load(tar, signal ? { signal } : {});
    const old = await store.get(reference);
    await store.tag(incoming, reference);
    await store.remove(incoming);
    if (old?.names.length === 1 && old.id !== (await store.get(reference))?.id) {
      await store.remove(old.id).catch((cause: unknown) => debug(() => `kept ${old.id}: ${cause}`));
    }
  } catch (error) {
    await store.remove(incoming).catch(() => {});
    throw error;
  }
}

/** An archive with one image, in the form that every engine reads, under one name. */
async function archiveOf(
  { config, layers }: ImageParts,
  reference: string,
  { scratch, signal }: LoadOptions,
): Promise<string> {
  const folder = `${scratch}/image`;
  await Deno.mkdir(folder);
  await Deno.rename(config, `${folder}/config.json`);
  // The same layer may be there several times: it is moved once.
  const moved = new Map<string, string>();
  for (const layer of layers) {
    if (moved.has(layer)) continue;
    const name = `layer-${moved.size}.tar`;
    moved.set(layer, name);
    await Deno.rename(layer, `${folder}/${name}`);
  }
  const names = layers.map((layer) => moved.get(layer));
  const manifest = [{ Config: "config.json", RepoTags: [reference], Layers: names }];
  await writeText(`${folder}/manifest.json`, JSON.stringify(manifest), 0o600, { durable: false });
  const tar = `${scratch}/image.tar`;
  const options = { limits: { ratio: Infinity }, ...(signal ? { signal } : {}) };
  await packArchive(tar, "none", (writer) => writer.addTree(folder, ""), options);
  await Deno.remove(folder, { recursive: true });
  return tar;
}
