/**
 * Removes a rig.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { Aborted, KanibakoError } from "../../host/error.ts";
import { enumerated, shellQuote } from "../../host/ui/text.ts";
import { listProjects } from "../../project/list.ts";
import { planRigRemoval, removeRig as remove, type RigRemoval } from "../../rig/remove.ts";
import { allBoxes } from "../../run/find_boxes.ts";
import { rigStore } from "./store.ts";

/**
 * Removes what a rig's name stands for. Asks first, saying whether it could be had again, unless `force` or only an entry is forgotten.
 * Throws `no-rig`, `image-in-use` with the boxes that use it, and `aborted` when the answer is no.
 */
export async function removeRig(
  host: Host,
  word: string,
  { engine, force = false }: { readonly engine?: string | undefined; readonly force?: boolean } = {},
): Promise<RigRemoval & { readonly freedBytes?: number | undefined }> {
  const store = await rigStore(host, engine);
  const removal = await planRigRemoval(host, store, word);
  const { image } = removal;
  if (image !== undefined && !force) {
    const question = { text: `Remove ${image}?`, details: [`${image}: ${removal.recovery}.`] };
    if (!await host.ui.confirm(question)) throw new Aborted();
  }
  const there = image === undefined ? undefined : await store.get(image);
  // Under another name it stays.
  const freedBytes = there?.names.length === 1 ? there.sizeBytes : undefined;
  try {
    await remove(host, store, removal);
  } catch (error) {
    if (!(error instanceof KanibakoError) || error.code !== "image-in-use") throw error;
    throw await usedBy(host, word, image) ?? error;
  }
  return { ...removal, freedBytes };
}

/** The error that names the boxes which use an image; `undefined` where it is no box of ours. */
async function usedBy(
  host: Host,
  word: string,
  image: string | undefined,
): Promise<KanibakoError | undefined> {
  const { boxes } = await allBoxes(host);
  const ids = [...boxes.values()].filter(({ info }) => info.image === image).map(({ id }) => id);
  if (ids.length === 0) return undefined;
  const names = new Map((await listProjects(host)).map((project) => [project.id, project.qualifiedName]));
  const using = ids.map((id) => shellQuote(names.get(id) ?? id)).sort();
  return new KanibakoError(
    "image-in-use",
    `The rig ${shellQuote(word)} is used by the ${using.length === 1 ? "box" : "boxes"} ${
      enumerated(using)
    }.`,
    { hint: using.map((name) => `Stop it first: kanibako stop ${name}`) },
  );
}
