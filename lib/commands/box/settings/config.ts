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
A single argument that matches a setting's name is treated as a setting. To name a project instead, write ./NAME.`,
  flags: configFlags,
  short: configShort,
  projectOption: true,
  positional: [
    optionalWord("project", "Name or folder of a project [default: this folder]", "project", "box setting"),
    optionalWord("key", "Setting to show, or KEY=VALUE to set it", "box setting"),
  ],
  examples: [
    ["kanibako box config image=oci", "set the rig of this folder's box"],
    ["kanibako box config api env.DEBUG=1", "set a variable in the box of the project api"],
    ["kanibako box config --effective", "show every effective value and where it comes from"],
    ["kanibako box config --reset model", "use the value of the workset, agent or system"],
  ],
  load: () => import("./config_action.ts"),
});
