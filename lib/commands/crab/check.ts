/**
 * `kanibako crab check`.
 *
 * @module
 */

import { type Command, command, optionalWord, toggle } from "../command.ts";
import { json } from "../shared_options.ts";

/** Options of `crab check`. */
export interface CrabCheckFlags {
  readonly schema: boolean;
  readonly json: boolean;
}

/** The declaration of `crab check`. */
export const crabCheck: Command = command<CrabCheckFlags, [agent?: string]>({
  brief: "Check the declaration of an agent, and show what a box would get of it",
  description: `Shows what is found on this machine, what a box is shown of it, and what runs there.
No agent is started. The program of an agent that you have added is asked; that of a file is not.`,
  flags: { schema: toggle("Print the JSON Schema of declarations"), json },
  positional: [optionalWord("agent", "Id of an agent, or a file or folder that declares one")],
  initialise: false,
  examples: [
    ["kanibako crab check claude", "show what a box gets of an agent"],
    ["kanibako crab check ./agent.toml", "check a declaration before you add it"],
  ],
  load: () => import("./check_action.ts"),
});
