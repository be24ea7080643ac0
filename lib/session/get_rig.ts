/**
 * Gets a rig, and shows what is being done.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { imagesOf } from "../runtime/open.ts";
import type { BoxRuntime } from "../runtime/runtime.ts";

/** Pulls or builds the rig of that name; the reference to run. */
export async function getRig(host: Host, runtime: BoxRuntime, word: string): Promise<string> {
  const { prepareRig } = await import("../rig/prepare.ts");
  const progress = host.ui.progress();
  try {
    const rig = await prepareRig(word, { host, store: imagesOf(runtime), progress });
    progress.done(rig.summary);
    return rig.reference;
  } finally {
    progress.stop();
  }
}
