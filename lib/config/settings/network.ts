/**
 * What belongs to a filtered network beside its rules, which are a map.
 *
 * @module
 */

import { BOX_LEVELS, setting } from "./declare.ts";
import { list, text } from "./types.ts";

/** Settings of a filtered network. */
export const NETWORK_SETTINGS = {
  presets: setting({
    name: "network.presets",
    type: list(text),
    default: ["@git", "@packages"],
    levels: BOX_LEVELS,
    safety: true,
    meaning:
      "The presets that a filtered network allows beside @agent, before any rule. See kanibako box network show --presets.",
  }),
};
