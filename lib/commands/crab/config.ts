/**
 * `kanibako crab config`.
 *
 * @module
 */

import { type Command, command, optionalWord } from "../command.ts";
import { CONFIG_WORDS, type ConfigFlags, configFlags, configShort } from "../config_flags.ts";

/** The declaration of `crab config`. */
export const crabConfig: Command = command<ConfigFlags, [id?: string, key?: string]>({
  brief: "Show or change the settings of an agent",
  description: `${CONFIG_WORDS}
In addition to the settings of every level, an agent has a name, a shell (the template for new homes) and
run_args (arguments that it always gets).`,
  flags: configFlags,
  short: configShort,
  positional: [
    optionalWord("id", "Id of an agent [default: the agent that boxes use]", "crab setting"),
    optionalWord("key", "Setting to show, or KEY=VALUE to set it", "crab setting"),
  ],
  examples: [
    ["kanibako crab config model=opus", "set the model of the agent that boxes use"],
    ["kanibako crab config codex run_args='--search'", "always start codex with an argument"],
    ["kanibako crab config claude --reset --all", "remove every setting made for claude"],
  ],
  load: () => import("./config_action.ts"),
});
