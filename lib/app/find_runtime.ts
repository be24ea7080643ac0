/**
 * The runtime to use, for use cases that also work where none is installed.
 *
 * @module
 */

import type { Host } from "../config/system.ts";
import { KanibakoError } from "../host/error.ts";
import { openRuntime } from "../runtime/open.ts";
import type { BoxRuntime } from "../runtime/runtime.ts";

/** The runtime, or `undefined` when none is installed and none was asked for by name. */
export async function findRuntime(host: Host, kind?: string): Promise<BoxRuntime | undefined> {
  try {
    return await openRuntime(host.dirs, kind);
  } catch (error) {
    if (error instanceof KanibakoError && error.code === "no-engine" && kind === undefined) return undefined;
    throw error;
  }
}
