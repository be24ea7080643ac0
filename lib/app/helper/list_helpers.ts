/**
 * The helpers of a box: of its hub, or on this machine, while the box does not run, from what the hub has kept.
 *
 * @module
 */

import { boxState } from "../../config/box_state.ts";
import { KanibakoError } from "../../host/error.ts";
import { nearest, shellQuote } from "../../host/ui/text.ts";
import { helperId } from "../../hub/folders.ts";
import type { Helper } from "../../hub/record.ts";
import { readHelpers } from "../../hub/state.ts";
import { DIRECTOR, isActive, Tree } from "../../hub/tree.ts";
import type { View } from "../../hub/words.ts";
import { boxAround } from "../../project/in_box.ts";
import { locateProject } from "../../project/locate.ts";
import { readRun } from "../../run/record.ts";
import { hubOf, named, type WhoseHelpers } from "./hub_of.ts";

/** The helpers, parents first. Throws as `hubOf`, where nothing was kept either. */
export async function listHelpers(whose: WhoseHelpers): Promise<readonly View[]> {
  try {
    using hub = await hubOf(whose);
    return (await hub.ask("list", {})).helpers;
  } catch (error) {
    if (!(error instanceof KanibakoError) || error.code !== "no-hub" || boxAround() !== undefined) {
      throw error;
    }
    const kept = await keptHelpers(whose);
    if (kept.length === 0) throw error;
    return kept;
  }
}

/** The helper that a word means. Throws `no-helper`. */
export function helperNamed(helpers: readonly View[], word: string): View {
  const meant = named(word);
  const found = helpers.find((one) => one.number === meant || one.name === meant);
  if (found) return found;
  const near = nearest(word, helpers.flatMap(({ name }) => name ?? []));
  throw new KanibakoError("no-helper", `There is no helper ${shellQuote(word)}.`, {
    hint: [
      ...near === undefined ? [] : [`Did you mean ${shellQuote(near)}?`],
      "To list helpers: kanibako crab helper list",
    ],
  });
}

async function keptHelpers({ project: word, cwd, host: opened }: WhoseHelpers): Promise<readonly View[]> {
  const host = await opened();
  const { id, state } = await locateProject(host, word, cwd());
  const tree = new Tree(await readHelpers(state));
  const runs = async ({ number }: Helper) =>
    await readRun(boxState(host.dirs, helperId(id, number))) !== undefined;
  return await Promise.all(
    tree.below(DIRECTOR).map(async (one): Promise<View> => ({
      ...one,
      // Whoever would have written down its end was killed.
      ...isActive(one) && !await runs(one) ? { status: "stopped" as const } : {},
      peers: tree.siblingsOf(one).map(({ number }) => number),
      connected: false,
      waiting: 0,
    })),
  );
}
