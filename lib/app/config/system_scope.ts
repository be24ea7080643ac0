/**
 * The settings of every box.
 *
 * @module
 */

import { systemPlace } from "../../config/place.ts";
import type { Host } from "../../config/system.ts";
import type { ConfigScope } from "./scope.ts";

/** Settings that count for every box that does not set them itself. */
export function systemScope(host: Host): ConfigScope {
  return {
    host,
    place: systemPlace(host),
    facts: async () => (await import("./agent.ts")).agentFacts(),
    effective: async () => {
      const { effectiveSettings, levelsBelow } = await import("../../config/effective.ts");
      return effectiveSettings("system", await levelsBelow(host, "system"), undefined);
    },
    decidesLogin: true,
  };
}
