/**
 * Deletes what a box could write, files of the box's other users included.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { defaultRuntime } from "../../run/used_runtimes.ts";

/** A deletion that goes through the runtime, asked for only then, where files belong to other users of a box's user namespace. */
export function boxTreeRemover(host: Host, kind?: string): (path: string) => Promise<void> {
  return async (path) => {
    const { removeTree } = await import("../../host/tree/remove.ts");
    try {
      await removeTree(path);
    } catch (error) {
      if (!(error instanceof KanibakoError) || error.code !== "needs-engine") throw error;
      const runtime = await defaultRuntime(host, kind);
      if (!runtime?.removeTreeAsBoxUser) throw error;
      await runtime.removeTreeAsBoxUser(path);
      // What is still there cannot be deleted this way either: the reason is reported.
      await removeTree(path);
    }
  };
}
