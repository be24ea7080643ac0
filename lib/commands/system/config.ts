/**
 * `kanibako system config`.
 *
 * @module
 */

import { type Command, command, optionalWord } from "../command.ts";
import { CONFIG_WORDS, type ConfigFlags, configFlags, configShort } from "../config_flags.ts";

/** The declaration of `system config`. */
export const systemConfig: Command = command<ConfigFlags, [key?: string]>({
  brief: "Show or change the settings of every box",
  description: CONFIG_WORDS,
  flags: configFlags,
  short: configShort,
  positional: [optionalWord("key", "Setting to show, or KEY=VALUE to set it", "system setting")],
  examples: [
    ["kanibako system config network=none", "give boxes no network [default: open]"],
    ["kanibako system config env.EDITOR=nano", "set a variable in every box"],
    ["kanibako system config --schema > kanibako.schema.json", "write a schema for editors"],
  ],
  load: () => import("./config_action.ts"),
});
