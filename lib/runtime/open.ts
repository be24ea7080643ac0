/**
 * Which runtime to use, and how to find one again.
 *
 * @module
 */

import type { Dirs } from "../host/dirs.ts";
import type { ImageStore } from "./images.ts";
import type { BoxRuntime, RuntimePlace } from "./runtime.ts";

/** Reads a variable of this process's environment. */
export type Variables = (name: string) => string | undefined;

const ours: Variables = (name) => Deno.env.get(name);

/**
 * The runtime to use: `kind` (what `--engine` said), `KANIBAKO_ENGINE`, `KANIBAKO_DOCKER_CMD`, else podman, else docker. Starts
 * nothing. Throws `no-engine`, `bad-engine`, or `remote-engine` for one that is not on this machine.
 */
export async function openRuntime(dirs: Dirs, kind?: string, env: Variables = ours): Promise<BoxRuntime> {
  const { openEngine } = await import("./cli/programs.ts");
  return await openEngine(dirs, kind, env);
}

/** The runtime that a run was started on, as its record says; `undefined` when it is not there any more. */
export async function reopenRuntime(
  dirs: Dirs,
  kind: string,
  place: RuntimePlace,
): Promise<BoxRuntime | undefined> {
  const { reopenEngine } = await import("./cli/programs.ts");
  return await reopenEngine(dirs, kind, place);
}

/** The variables that another process of this program needs to find the same runtimes and registries as this one. */
export async function runtimeVariables(): Promise<Record<string, string>> {
  const { engineVariables } = await import("./cli/environment.ts");
  return engineVariables();
}

/** The images of a runtime. Throws `cannot-express` for one that has none of its own. */
export async function imagesOf(runtime: BoxRuntime): Promise<ImageStore> {
  const { imagesOfEngine } = await import("./cli/programs.ts");
  return imagesOfEngine(runtime);
}
