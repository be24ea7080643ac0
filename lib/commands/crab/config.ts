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
Beside the settings that every level knows, an agent has a name, a shell (the template new homes are made from)
and run_args (arguments it always gets).`,
  flags: configFlags,
  short: configShort,
  positional: [
    optionalWord("id", "The agent's id; the one that boxes would get unless told"),
    optionalWord("key", "A setting, or KEY=VALUE"),
  ],
  examples: [
    ["kanibako crab config model=opus", "the model of the agent that boxes get"],
    ["kanibako crab config codex run_args='--search'", "an argument that codex always gets"],
    ["kanibako crab config claude --reset --all", "back to what the agent comes with"],
  ],
  load: () => import("./config_action.ts"),
});
