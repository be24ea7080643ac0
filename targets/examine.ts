/**
 * Looking for an agent's program in the places where it may be.
 *
 * @module
 */

import type { Examined, TargetHost } from "./target.ts";

/** The first that can be used; else why the first that is there cannot. `undefined` when there is nothing anywhere. */
export async function firstUsable(
  host: TargetHost,
  candidates: readonly (string | undefined)[],
  examine: (path: string) => Promise<Examined>,
): Promise<Examined | undefined> {
  let failed: Examined | undefined;
  for (const candidate of new Set(candidates)) {
    const path = candidate === undefined ? undefined : await host.realPath(candidate);
    if (path === undefined || await host.kind(path) !== "file") continue;
    const examined = await examine(path);
    if (examined.install) return examined;
    failed ??= examined;
  }
  return failed;
}
