/**
 * Every setting there is. A new one is an entry of its group.
 *
 * @module
 */

import { BOX_SETTINGS } from "./box.ts";
import { DOOR_SETTINGS } from "./door.ts";
import { HELPER_SETTINGS } from "./helpers.ts";
import { LATER_SETTINGS } from "./later.ts";
import { LOGIN_SETTINGS } from "./login.ts";
import { MAP_SETTINGS } from "./maps.ts";
import { NETWORK_SETTINGS } from "./network.ts";
import { OWN_SETTINGS } from "./own.ts";
import { PROJECT_SETTINGS } from "./project.ts";
import { Registry } from "./registry.ts";
import { REPORT_SETTINGS } from "./report.ts";
import { AGENT_SETTINGS, SESSION_SETTINGS } from "./session.ts";
import { SYSTEM_SETTINGS } from "./system.ts";
import { TERMINAL_SETTINGS } from "./terminal.ts";
import { VAULT_SETTINGS } from "./vault.ts";

/** The settings of this program. */
export const SETTINGS: Registry = new Registry([
  SESSION_SETTINGS,
  AGENT_SETTINGS,
  MAP_SETTINGS,
  BOX_SETTINGS,
  DOOR_SETTINGS,
  NETWORK_SETTINGS,
  OWN_SETTINGS,
  HELPER_SETTINGS,
  LATER_SETTINGS,
  PROJECT_SETTINGS,
  VAULT_SETTINGS,
  REPORT_SETTINGS,
  TERMINAL_SETTINGS,
  LOGIN_SETTINGS,
  SYSTEM_SETTINGS,
]);
