/**
 * `kanibako box config`.
 *
 * @module
 */

import { type Command, command, optionalWord } from "../../command.ts";
import { CONFIG_WORDS, type ConfigFlags, configFlags, configShort } from "../../config_flags.ts";

/** The declaration of `box config`. */
export const boxConfig: Command = command<ConfigFlags, [project?: string, key?: string]>({
  brief: "Show or change the settings of a box",
  description: `${CONFIG_WORDS}
One word that is the name of a setting is one; a project of that name is written ./NAME.`,
  flags: configFlags,
  short: configShort,
  projectOption: true,
  positional: [
    optionalWord("project", "A folder or a project's name; this folder unless told"),
    optionalWord("key", "A setting, or KEY=VALUE"),
  ],
  examples: [
    ["kanibako box config image=oci", "the rig of this folder's box"],
    ["kanibako box config api env.DEBUG=1", "a variable in the box of project api"],
    ["kanibako box config --effective", "everything that holds, and where it comes from"],
    ["kanibako box config --reset model", "back to what the workset, the agent or the system say"],
  ],
  load: () => import("./config_action.ts"),
});
