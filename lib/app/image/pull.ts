/**
 * Pulls an image, or makes a rig ready.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { parseImageName, qualified } from "../../rig/image_name.ts";
import { forgetPullFailures } from "../../rig/pull_failures.ts";
import { viewRigs } from "../../rig/lookup.ts";
import { type PreparedRig, prepareRig } from "../../rig/prepare.ts";
import { rigStore } from "../rig/store.ts";

/**
 * Pulls an image, also one that is here, as its registry may have a newer one. A word that names no registry is Docker Hub's, unless it
 * is the name of a rig, which is made ready. Throws `bad-rig`, and `rig-failed` with what was tried.
 */
export async function pullImage(
  host: Host,
  word: string,
  { engine, signal }: { readonly engine?: string | undefined; readonly signal?: AbortSignal } = {},
): Promise<PreparedRig> {
  const store = await rigStore(host, engine);
  const { origin, recipe } = (await viewRigs(host, store)).resolve(word);
  const isRig = recipe !== undefined || origin === "registry" || origin === "prefab" ||
    origin === "image" && isPlain(word);
  const progress = host.ui.progress();
  await forgetPullFailures(host.dirs, word);
  try {
    const pulled = await prepareRig(isRig ? word : qualified(word), {
      host,
      store,
      progress,
      force: !isRig,
      ...(signal ? { signal } : {}),
    });
    progress.done(isRig ? pulled.summary : pulled.summary.replace(/^Pulled rig /, "Pulled "));
    return pulled;
  } finally {
    progress.stop();
  }
}

function isPlain(word: string): boolean {
  const { registry, repository, tag } = parseImageName(word) ?? {};
  return registry === undefined && tag === undefined && repository?.includes("/") === false;
}
