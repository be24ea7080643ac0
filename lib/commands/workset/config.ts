/**
 * `kanibako workset config`.
 *
 * @module
 */

import { type Command, command, optionalWord, word } from "../command.ts";
import { CONFIG_WORDS, type ConfigFlags, configFlags, configShort } from "../config_flags.ts";

/** The declaration of `workset config`. */
export const worksetConfig: Command = command<ConfigFlags, [workset: string, key?: string]>({
  brief: "Show or change the settings of a workset's boxes",
  description: `${CONFIG_WORDS}
The workset "default" contains all projects that are in no other workset.`,
  flags: configFlags,
  short: configShort,
  positional: [
    word("workset", "Name or folder of a workset", "workset"),
    optionalWord("key", "Setting to show, or KEY=VALUE to set it", "workset setting"),
  ],
  examples: [
    ["kanibako workset config client image=min", "set the rig of its boxes"],
    ["kanibako workset config client auth=distinct", "stop sharing the host's login with its boxes"],
    ["kanibako workset config default", "show the settings of projects in no workset"],
  ],
  load: () => import("./config_action.ts"),
});
