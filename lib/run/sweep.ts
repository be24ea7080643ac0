/**
 * Deletes what former runs of a box left on the host.
 *
 * @module
 */

import { debug } from "../host/log.ts";

/** Deletes the folders of all runs of a box but one. The box could write them: they are only touched by handle. */
export async function sweepRuns(state: string, keep: string | undefined): Promise<void> {
  const runs = `${state}/runs`;
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(runs)) if (entry.name !== keep) names.push(entry.name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  if (names.length === 0) return;
  const { removeTree } = await import("../host/tree/remove.ts");
  for (const name of names) {
    await removeTree(`${runs}/${name}`).catch((error: unknown) => debug(() => `not swept: ${error}`));
  }
}
