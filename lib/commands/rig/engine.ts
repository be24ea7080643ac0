/**
 * The engine of a rig command, where having none is not an error.
 *
 * @module
 */

import { chooseEngine } from "../../runtime/choose.ts";
import type { Engine } from "../../runtime/engine.ts";
import { KanibakoError } from "../../host/error.ts";
import type { Dirs } from "../../host/dirs.ts";

/** The engine, or `undefined` when none is installed and none was asked for. */
export async function engineIfAny(dirs: Dirs, name: string | undefined): Promise<Engine | undefined> {
  try {
    return await chooseEngine(dirs, name);
  } catch (cause) {
    if (name === undefined && cause instanceof KanibakoError && cause.code === "no-engine") return undefined;
    throw cause;
  }
}
