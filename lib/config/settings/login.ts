/**
 * How agents are logged in.
 *
 * @module
 */

import { setting } from "./declare.ts";
import { text } from "./types.ts";

/** Settings of logging in. */
export const LOGIN_SETTINGS = {
  browser: setting({
    name: "login.browser",
    type: text,
    default: "",
    levels: ["system"],
    meaning:
      "A Chromium of this machine in which `kanibako crab reauth` says yes to an agent's login; empty: you open the page.",
  }),
};
