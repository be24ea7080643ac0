/**
 * `kanibako workset config` and `kanibako workset auth`.
 *
 * @module
 */

import { type Command, command, optionalWord, word } from "../command.ts";
import { CONFIG_WORDS, type ConfigFlags, configFlags, configShort } from "../config_flags.ts";

/** The declaration of `workset config`. */
export const worksetConfig: Command = command<ConfigFlags, [workset: string, key?: string]>({
  brief: "Show or change the settings of a workset's boxes",
  description: `${CONFIG_WORDS}
The workset "default" is that of all projects in no other.`,
  flags: configFlags,
  short: configShort,
  positional: [
    word("workset", "A workset's name or its folder"),
    optionalWord("key", "A setting, or KEY=VALUE"),
  ],
  examples: [
    ["kanibako workset config client image=jvm", "the rig of all its boxes that choose no other"],
    ["kanibako workset config client auth=distinct", "its boxes no longer get the host's login"],
    ["kanibako workset config default", "what is set for projects that are in no workset"],
  ],
  load: () => import("./config_action.ts"),
});

/** The declaration of `workset auth`. */
export const worksetAuth: Command = command<Record<never, never>, [workset: string, login?: string]>({
  brief: "Show or change whether a workset's boxes share the host's login",
  flags: {},
  positional: [
    word("workset", "A workset's name or its folder"),
    optionalWord("login", "shared or distinct"),
  ],
  hidden: true,
  load: () => import("./auth_action.ts"),
});
