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
  positional: [optionalWord("key", "A setting, or KEY=VALUE")],
  examples: [
    ["kanibako system config network=none", "boxes have no network, unless they say otherwise"],
    ["kanibako system config env.EDITOR=nano", "a variable of every box"],
    ["kanibako system config --schema > kanibako.schema.json", "for an editor that checks as you type"],
  ],
  load: () => import("./config_action.ts"),
});
