/**
 * Shows or changes the settings of an agent.
 *
 * @module
 */

import { isSettingName, unknownSetting } from "../../config/setting_name.ts";
import type { Host } from "../../config/system.ts";
import { crabPlace } from "../../crab/config_place.ts";
import { crabPath, listCrabs, newCrabFile } from "../../crab/file.ts";
import { KanibakoError, UsageError } from "../../host/error.ts";
import { nearest, shellQuote } from "../../host/ui/text.ts";
import { findTarget, GENERAL, targets } from "../../../targets/discover.ts";
import { agentFacts, agentOf, effectiveAgent } from "../config_agent.ts";
import { configure } from "../config_face.ts";
import type { ConfigFlags } from "../config_flags.ts";
import type { Context } from "../context.ts";

/** Runs `kanibako crab config`. */
export default async function crabConfig(
  this: Context,
  flags: ConfigFlags,
  first?: string,
  second?: string,
): Promise<number> {
  const host = await this.host();
  const [id, argument] = await takeApart(host, first, second);
  const target = targets().find(({ name, hasBinary }) => hasBinary ? name === id : id === GENERAL);
  const path = await crabPath(host.system.paths, id);
  const { effectiveSettings, levelsBelow } = await import("../../config/effective.ts");
  return await configure({
    place: crabPlace(host, id, path, target ? newCrabFile(target) : ""),
    flags,
    argument,
    facts: () => Promise.resolve(agentFacts(target?.hasBinary ? id : undefined)),
    effective: async () => {
      const agent = target && await effectiveAgent(host, target);
      return effectiveSettings("crab", await levelsBelow(host, "crab"), agent);
    },
    // What the agent is stays, whatever is reset; and it is no override of anything.
    identity: { name: "any", shell: "standard" },
  });
}

/** The agent, and the setting. Without the one, the agent that boxes would get. */
async function takeApart(
  host: Host,
  first: string | undefined,
  second: string | undefined,
): Promise<[id: string, argument: string | undefined]> {
  const crabs = await listCrabs(host.system.paths);
  const ids = [
    ...new Set([
      ...crabs.map(({ id }) => id),
      ...targets().filter((one) => one.hasBinary).map((one) => one.name),
      GENERAL,
    ]),
  ];
  if (first !== undefined && ids.includes(first)) return [first, second];
  if (second !== undefined) throw unknownCrab(host, first!, ids);
  if (first !== undefined && !isSettingName(first, "crab")) throw neither(host, first, ids);
  return [await usualAgent(host), first];
}

async function usualAgent(host: Host): Promise<string> {
  const { levelsBelow } = await import("../../config/effective.ts");
  const { crabSetting } = await import("../../config/resolve.ts");
  const levels = await levelsBelow(host, "workset");
  const { value } = crabSetting(levels, {});
  if (value !== "") return findTarget(value).name;
  const found = (await agentOf(host, levels))?.id;
  if (found !== undefined) return found;
  throw new UsageError("There is no agent on this machine: say which one.", {
    hint: `One of ${targets().filter(({ hasBinary }) => hasBinary).map(({ name }) => name).join(", ")}.`,
  });
}

function unknownCrab(host: Host, id: string, ids: readonly string[]): KanibakoError {
  const meant = nearest(id, ids);
  const place = `${host.system.paths.crabs}/${id}.toml`;
  return new KanibakoError(
    "unknown-crab",
    `There is no crab ${shellQuote(id)}: ${shellQuote(place)} does not exist.`,
    { hint: meant === undefined ? "See them all: kanibako crab list" : `Did you mean ${meant}?` },
  );
}

function neither(host: Host, word: string, ids: readonly string[]): KanibakoError {
  if (nearest(word, ids) !== undefined || !word.includes(".")) {
    const key = unknownSetting(word).hints.slice(0, -1);
    const crab = unknownCrab(host, word, ids);
    return new KanibakoError("unknown-crab", `There is no crab and no setting ${shellQuote(word)}.`, {
      hint: [...crab.hints, ...key],
    });
  }
  return unknownSetting(word);
}
