/**
 * Which runtime to use, and how to find one again.
 *
 * @module
 */

import type { Dirs } from "../host/dirs.ts";
import { engineVariables } from "./cli/environment.ts";
import { imagesOfEngine, openEngine, reopenEngine } from "./cli/programs.ts";
import type { ImageStore } from "./images.ts";
import type { BoxRuntime, RuntimePlace } from "./runtime.ts";

/** Reads a variable of this process's environment. */
export type Variables = (name: string) => string | undefined;

const ours: Variables = (name) => Deno.env.get(name);

/**
 * The runtime to use: `kind` (what `--engine` said), `KANIBAKO_ENGINE`, `KANIBAKO_DOCKER_CMD`, `configured` (the setting `engine`), else
 * podman, else docker. Starts nothing. Throws `no-engine`, `bad-engine`, or `remote-engine` for one that is not on this machine.
 */
export function openRuntime(
  dirs: Dirs,
  kind?: string,
  env: Variables = ours,
  configured?: string,
): Promise<BoxRuntime> {
  return openEngine(dirs, kind, env, configured);
}

/**
 * The runtime that a run was started on, as its record says; `undefined` when it is not there any more. With `gone` it is answered all the
 * same, and all that it is asked fails: what does not ask it, such as a box's mailbox, is still of use.
 */
export function reopenRuntime(
  dirs: Dirs,
  kind: string,
  place: RuntimePlace,
  gone = false,
): Promise<BoxRuntime | undefined> {
  return reopenEngine(dirs, kind, place, gone);
}

/** The variables that another process of this program needs to find the same runtimes and registries as this one. */
export function runtimeVariables(): Record<string, string> {
  return engineVariables();
}

/** The images of a runtime. Throws `cannot-express` for one that has none of its own. */
export function imagesOf(runtime: BoxRuntime): ImageStore {
  return imagesOfEngine(runtime);
}
