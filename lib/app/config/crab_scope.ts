/**
 * The settings of an agent.
 *
 * @module
 */

import { effectiveSettings, levelsBelow } from "../../config/effective.ts";
import { crabSetting } from "../../config/resolve.ts";
import type { Host } from "../../config/system.ts";
import { crabPlace } from "../../crab/config_place.ts";
import { crabPath, listCrabs, newCrabFile } from "../../crab/file.ts";
import { UsageError } from "../../host/error.ts";
import { findTarget, GENERAL, targets } from "../../../targets/discover.ts";
import { agentFacts, agentOf, effectiveAgent } from "./agent.ts";
import type { ConfigScope } from "./scope.ts";

/** Settings of the agent with this id. */
export async function crabScope(host: Host, id: string): Promise<ConfigScope> {
  const target = targets().find(({ name, hasBinary }) => hasBinary ? name === id : id === GENERAL);
  const path = await crabPath(host.system.paths, id);
  return {
    host,
    place: crabPlace(host, id, path, target ? newCrabFile(target) : ""),
    facts: () => Promise.resolve(agentFacts(target?.hasBinary ? id : undefined)),
    effective: async () => {
      const agent = target && await effectiveAgent(host, target);
      return effectiveSettings("crab", await levelsBelow(host, "crab"), agent);
    },
    // What the agent is stays, whatever is reset; and it is no override of anything.
    identity: { name: "any", shell: "standard" },
  };
}

/** Ids of all agents that can be configured: those with a file, and those this program knows. */
export async function crabIds(host: Host): Promise<readonly string[]> {
  const crabs = await listCrabs(host.system.paths);
  return [
    ...new Set([
      ...crabs.map(({ id }) => id),
      ...targets().filter((one) => one.hasBinary).map((one) => one.name),
      GENERAL,
    ]),
  ];
}

/** The agent that boxes would get. Throws a `UsageError` where there is none. */
export async function usualAgent(host: Host): Promise<string> {
  const levels = await levelsBelow(host, "workset");
  const { value } = crabSetting(levels, {});
  if (value !== "") return findTarget(value).name;
  const found = (await agentOf(host, levels))?.id;
  if (found !== undefined) return found;
  throw new UsageError("No agent is installed on this machine. Name one.", {
    hint: `One of ${targets().filter(({ hasBinary }) => hasBinary).map(({ name }) => name).join(", ")}.`,
  });
}
