/**
 * Settings and options of features that are not there yet. They are accepted, so that files and scripts can be shared with
 * other versions, and whoever sets one is warned.
 *
 * @module
 */

import { setting } from "./declare.ts";
import { flag } from "./types.ts";

/** What has no effect in this version. */
export const LATER_SETTINGS = {
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
