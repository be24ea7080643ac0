/**
 * Shows or changes the settings of every box.
 *
 * @module
 */

import { systemPlace } from "../../config/place.ts";
import { configure } from "../config_face.ts";
import type { ConfigFlags } from "../config_flags.ts";
import type { Context } from "../context.ts";

/** Runs `kanibako system config`. */
export default async function systemConfig(
  this: Context,
  flags: ConfigFlags,
  argument?: string,
): Promise<number> {
  const host = await this.host();
  return await configure({
    place: systemPlace(host),
    flags,
    argument,
    facts: async () => (await import("../config_agent.ts")).agentFacts(),
    effective: async () => {
      const { effectiveSettings, levelsBelow } = await import("../../config/effective.ts");
      return effectiveSettings("system", await levelsBelow(host, "system"), undefined);
    },
    aroundLogin: async (change) => {
      const { withdrawingLogins } = await import("../config_login.ts");
      await withdrawingLogins(host, change);
    },
  });
}
