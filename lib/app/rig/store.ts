/**
 * The images rigs are kept in.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import type { RigEngine } from "../../rig/diagnose.ts";
import { chosenRuntime, defaultRuntime } from "../../run/used_runtimes.ts";
import type { ImageStore } from "../../runtime/images.ts";
import { imagesOf } from "../../runtime/open.ts";

/** The images of the runtime in use, or of the one named. Throws `no-engine` where there is none. */
export async function rigStore(host: Host, engine?: string): Promise<ImageStore> {
  return imagesOf(await chosenRuntime(host, engine));
}

/** The runtime in use with its images; `undefined` when none is installed and none was named. */
export async function rigEngine(host: Host, engine?: string): Promise<RigEngine | undefined> {
  const runtime = await defaultRuntime(host, engine);
  return runtime && { runtime, store: imagesOf(runtime) };
}
