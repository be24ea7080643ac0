/**
 * The engine to use, for use cases that also work where none is installed.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { defaultEngine } from "../run/states.ts";
import type { Engine } from "../runtime/engine.ts";

/** The engine, or `undefined` when none is installed and none was asked for by name. */
export async function openEngine(host: Host, engineName?: string): Promise<Engine | undefined> {
  return await defaultEngine(host.dirs, engineName);
}
