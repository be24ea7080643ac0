/**
 * Settings and options of features that are not there yet. They are accepted, so that files and scripts can be shared with
 * other versions, and whoever sets one is warned.
 *
 * @module
 */

import { BOX_LEVELS, type ConfigLevel, setting } from "./declare.ts";
import { flag, integer } from "./types.ts";

const SYSTEM: readonly ConfigLevel[] = ["system"];
const NO_HELPERS = "helper boxes are not available yet";

/** What has no effect in this version. */
export const LATER_SETTINGS = {
  allowHelpers: setting({
    name: "allow_helpers",
    aliases: ["box.allow_helpers"],
    inverted: ["helpers_disabled"],
    type: flag,
    default: true,
    levels: BOX_LEVELS,
    launchOnly: true,
    missing: NO_HELPERS,
    missingAs: false,
    flag: {
      hidden: true,
      toggles: { noHelpers: { value: false, brief: "Do not let the agent start helpers" } },
    },
    meaning: "Whether the agent may start helper boxes.",
  }),
  spawnDepth: setting({
    name: "spawn.depth",
    type: integer(0, 64),
    default: 4,
    levels: SYSTEM,
    missing: NO_HELPERS,
    meaning: "How deep helpers may start helpers.",
  }),
  spawnBreadth: setting({
    name: "spawn.breadth",
    type: integer(0, 1024),
    default: 4,
    levels: SYSTEM,
    missing: NO_HELPERS,
    meaning: "How many helpers each may start.",
  }),
  autoAuth: setting({
    name: "auto_auth",
    type: flag,
    default: true,
    levels: [],
    launchOnly: true,
    missing: "a login is renewed in a browser only by kanibako crab reauth",
    flag: {
      hidden: true,
      toggles: { noAutoAuth: { value: false, brief: "Do not renew an expired login in a browser" } },
    },
    meaning: "Whether an expired login is renewed in a browser.",
  }),
};
