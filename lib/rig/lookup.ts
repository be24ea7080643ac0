/**
 * Gathers what decides the meaning of a rig's name: one question to the engine, and our own files.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import type { ImageInfo, ImageStore } from "../runtime/images.ts";
import { findTemplates, recipeNames } from "./containerfiles.ts";
import { LABEL_MADE } from "./create/metadata.ts";
import { readRigRecords } from "./records.ts";
import { configuredPrefix } from "./reference.ts";
import { readRigRows } from "./registry.ts";
import { resolveRig, type Rig, type RigSurroundings } from "./resolve.ts";

/** What is known of rigs here, at one moment. */
export interface RigView {
  readonly images: readonly ImageInfo[];
  readonly around: RigSurroundings;
  /** Resolves a word, with what is recorded for it. */
  resolve(word: string): Rig;
}

/** Looks. Without an engine no image is here. */
export async function viewRigs(host: Host, store: ImageStore | undefined): Promise<RigView> {
  const { dirs } = host;
  const [images, rows, templates, recipes, records] = await Promise.all([
    store?.list() ?? [],
    readRigRows(dirs),
    findTemplates(dirs),
    recipeNames(dirs),
    readRigRecords(dirs),
  ]);
  const around: RigSurroundings = {
    images: images.flatMap((image) => image.names),
    rows,
    byHand: images.filter(({ labels }) => labels[LABEL_MADE] === "hand").flatMap(({ names }) => names),
    templates,
    recipes,
    prefix: configuredPrefix(host),
  };
  return {
    images,
    around,
    resolve: (word) =>
      resolveRig(word, {
        ...around,
        recorded: Object.hasOwn(records, word) ? records[word]?.reference : undefined,
      }),
  };
}

/** As `resolve`, and asks the engine about what a listing does not tell: digests, image ids. */
export async function findRig(view: RigView, store: ImageStore, word: string): Promise<Rig> {
  const rig = view.resolve(word);
  if (rig.status === "ready" || rig.origin === "prefab" || rig.origin === "template") return rig;
  return await store.get(rig.reference) ? { ...rig, status: "ready", origin: "image" } : rig;
}
