/**
 * The engine to use, for use cases that also work where none is installed.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { chooseEngine } from "../runtime/choose.ts";
import type { Engine } from "../runtime/engine.ts";

/** The engine, or `undefined` when none is installed and none was asked for by name. */
export async function openEngine(host: Host, name?: string): Promise<Engine | undefined> {
  try {
    return await chooseEngine(host.dirs, name);
  } catch (error) {
    if (error instanceof KanibakoError && error.code === "no-engine" && name === undefined) return undefined;
    throw error;
  }
}
