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
import { ownAgents } from "../../project/own_agents.ts";
import { fromTarget } from "../../spec/source.ts";
import { chosenTarget, targetHost, targets } from "../../../targets/discover.ts";
import type { Target } from "../../../targets/target.ts";

/** What may be set for these agents; for all, unless one is named that this program knows. `own`: those that the project brings along. */
export function agentFacts(id?: string, own: readonly Target[] = []): AgentFacts {
  const known = [...targets(), ...own].filter(({ name, hasBinary }) =>
    hasBinary && (id === undefined || id === name)
  );
  return {
    settings: known.flatMap(({ settings }) => settings),
    resources: [...new Set(known.flatMap(({ resources }) => resources.map(({ path }) => path)))],
  };
}

/** The agents that a project brings along, as far as they were approved. */
export async function agentsOf(host: Host, project: { readonly path: string }): Promise<readonly Target[]> {
  return (await ownAgents(host.dirs, project)).approved;
}

/** The agent that boxes with these levels would have. `undefined`: none is set and none is installed. `own`: as above. */
export async function agentOf(
  host: Host,
  levels: readonly LevelFile[],
  own: readonly Target[] = [],
): Promise<EffectiveAgent | undefined> {
  const { value } = crabSetting(levels, {});
  const target = await chosenTarget(value, targetHost(host.dirs.home), own);
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
