/**
 * Gets a rig, and shows what is being done.
 *
 * @module
 */

import type { Setting } from "../config/settings.ts";
import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { imagesOf } from "../runtime/open.ts";
import type { BoxRuntime } from "../runtime/runtime.ts";
import { sourceText } from "../spec/source.ts";

/**
 * Pulls or builds the rig that is set; the reference to run. Throws `no-rig` for a name that means nothing here, `rig-failed` with all
 * that was tried, and the like; of a rig that is stored the error says where.
 */
export async function getRig(host: Host, runtime: BoxRuntime, image: Setting<string>): Promise<string> {
  const { prepareRig } = await import("../rig/prepare.ts");
  const progress = host.ui.progress();
  try {
    const rig = await prepareRig(image.value, { host, store: imagesOf(runtime), progress });
    if (rig.how !== "present") progress.done(rig.summary);
    return rig.reference;
  } catch (error) {
    throw withOrigin(error, image);
  } finally {
    progress.stop();
  }
}

/** Commands that go back to a weaker level's rig, or the default. */
const RESET: Partial<Record<Setting<string>["level"], string>> = {
  box: "kanibako box config --reset image",
  workset: "kanibako workset config --reset image",
  system: "kanibako system config --reset image",
};

/** The error, with where the rig was set: nobody has to remember that who reads it later. */
export function withOrigin(error: unknown, { value, level, from }: Setting<string>): unknown {
  const reset = RESET[level];
  if (!(error instanceof KanibakoError) || reset === undefined || !/^(no-)?rig|^bad-rig$/.test(error.code)) {
    return error;
  }
  return new KanibakoError(error.code, error.message, {
    hint: [...error.hints, `${value} is set by box.image (${sourceText(from)}). To remove that: ${reset}`],
    exitCode: error.exitCode,
    ...(error.output === undefined ? {} : { output: error.output }),
    cause: error,
  });
}
