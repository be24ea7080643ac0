/**
 * `kanibako crab add`.
 *
 * @module
 */

import { type Command, command, toggle, word } from "../command.ts";

/** Options of `crab add`. */
export interface CrabAddFlags {
  readonly force: boolean;
}

/** The declaration of `crab add`. */
export const crabAdd: Command = command<CrabAddFlags, [file: string]>({
  brief: "Add an agent of your own from the file that declares it",
  description:
    `The file is checked, and copied to plugins/NAME.toml in kanibako's data folder; where it names a program
beside it, both go to the folder plugins/NAME. To remove the agent, delete what was added.`,
  flags: { force: toggle("Replace an agent of yours that has the same name") },
  positional: [word("file", "A file that declares an agent, or a folder with agent.toml")],
  examples: [["kanibako crab add ./mine.toml", "add an agent; then: kanibako start --crab mine"]],
  load: () => import("./add_action.ts"),
});
