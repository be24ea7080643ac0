/**
 * Shows or changes the settings of an agent.
 *
 * @module
 */

import { crabIds, crabScope, usualAgent } from "../../app/config/crab_scope.ts";
import { unknownCrab } from "../../app/crab/info.ts";
import { isSettingName, unknownSetting } from "../../config/setting_name.ts";
import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { nearest, shellQuote } from "../../host/ui/text.ts";
import { configure } from "../config_command.ts";
import { type ConfigFlags, isChange } from "../config_flags.ts";
import type { Context } from "../context.ts";

/** Runs `kanibako crab config`. */
export default async function crabConfig(
  this: Context,
  flags: ConfigFlags,
  first?: string,
  second?: string,
): Promise<number> {
  const host = await this.host(isChange(flags, first, second));
  const [id, argument] = await takeApart(host, first, second);
  return await configure(await crabScope(host, id), flags, argument);
}

/** The agent, and the setting. Without the one, the agent that boxes would get. */
async function takeApart(
  host: Host,
  first: string | undefined,
  second: string | undefined,
): Promise<[id: string, argument: string | undefined]> {
  const ids = await crabIds(host);
  if (first !== undefined && ids.includes(first)) return [first, second];
  if (second !== undefined) throw unknownCrab(host, first!, ids);
  if (first !== undefined && !isSettingName(first, "crab")) throw neither(host, first, ids);
  return [await usualAgent(host), first];
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
