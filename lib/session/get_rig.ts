/**
 * Gets a rig at the moment a run turns out to lack it, and shows what is being done.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import type { Engine } from "../runtime/engine.ts";
import { imagesOf, openRuntime } from "../runtime/open.ts";
import { progress } from "../host/ui/progress.ts";

/** Pulls or builds the rig of that name; the reference to run. */
export async function getRig(host: Host, engine: Engine, word: string): Promise<string> {
  const { prepareRig } = await import("../rig/prepare.ts");
  const shown = progress();
  try {
    const store = await imagesOf(await openRuntime(host.dirs, engine.name));
    const rig = await prepareRig(word, { host, store, progress: shown });
    shown.done(rig.summary);
    return rig.reference;
  } finally {
    shown.stop();
  }
}
