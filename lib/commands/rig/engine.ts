/**
 * The engine of a rig command, where having none is not an error.
 *
 * @module
 */

import { imagesOf, openRuntime } from "../../runtime/open.ts";
import type { RigEngine } from "../../rig/diagnose.ts";
import { KanibakoError } from "../../host/error.ts";
import type { Dirs } from "../../host/dirs.ts";

/** The engine, or `undefined` when none is installed and none was asked for. */
export async function engineIfAny(dirs: Dirs, kind: string | undefined): Promise<RigEngine | undefined> {
  try {
    const runtime = await openRuntime(dirs, kind);
    return { runtime, store: await imagesOf(runtime) };
  } catch (cause) {
    if (kind === undefined && cause instanceof KanibakoError && cause.code === "no-engine") return undefined;
    throw cause;
  }
}
