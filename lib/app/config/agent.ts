/**
 * What settings need to know of agents.
 *
 * @module
 */

import type { AgentFacts } from "../../config/change.ts";
import type { EffectiveAgent } from "../../config/effective.ts";
import type { LevelFile } from "../../config/levels.ts";
import { crabSetting } from "../../config/resolve.ts";
import type { Host } from "../../config/system.ts";
import { readCrabFile } from "../../crab/file.ts";
import { fromTarget } from "../../spec/source.ts";
import { chosenTarget, targetHost, targets } from "../../../targets/discover.ts";
import type { Target } from "../../../targets/target.ts";

/** What may be set for these agents; for all, unless one is named that this program knows. */
export function agentFacts(id?: string): AgentFacts {
  const known = targets().filter(({ name, hasBinary }) => hasBinary && (id === undefined || id === name));
  return {
    settings: known.flatMap(({ settings }) => settings),
    resources: [...new Set(known.flatMap(({ resources }) => resources.map(({ path }) => path)))],
  };
}

/** The agent that boxes with these levels would have. `undefined`: none is set and none is installed. */
export async function agentOf(host: Host, levels: readonly LevelFile[]): Promise<EffectiveAgent | undefined> {
  const { value } = crabSetting(levels, {});
  const target = await chosenTarget(value, targetHost(host.dirs.home));
  return target && await effectiveAgent(host, target);
}

/** An agent with what its file says. */
export async function effectiveAgent(host: Host, target: Target): Promise<EffectiveAgent> {
  return {
    crab: await readCrabFile(host.system.paths, target.name),
    settings: target.settings,
    resources: target.resources,
    id: target.name,
    from: fromTarget(target.name),
  };
}
