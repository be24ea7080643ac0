/**
 * Deletes what a box could write, files of the box's other users included.
 *
 * @module
 */

import type { Engine } from "../../runtime/engine.ts";
import { KanibakoError } from "../../host/error.ts";
import { run } from "../../host/process.ts";

/** A deletion that goes through the engine where files belong to other users of a box's user namespace. */
export function boxTreeRemover(engine: Engine | undefined): (path: string) => Promise<void> {
  return async (path) => {
    const { removeTree } = await import("../../host/tree/remove.ts");
    try {
      await removeTree(path);
    } catch (error) {
      if (!(error instanceof KanibakoError) || error.code !== "needs-engine") throw error;
      if (engine?.name !== "podman" || !engine.rootless) throw error;
      await run([engine.binary, "unshare", "rm", "-rf", "--", path], { timeoutMs: 120_000 });
      // What is still there cannot be deleted so either: the reason is told.
      await removeTree(path);
    }
  };
}
