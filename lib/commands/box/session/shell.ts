/**
 * `kanibako shell`: a shell, or one command, in the project's box.
 *
 * @module
 */

import { type Command, command } from "../../command.ts";
import { project } from "../../shared_options.ts";
import { type SessionFlags, sessionOptions } from "./session_flags.ts";

/** The declaration of `shell`. */
export const shell: Command = command<SessionFlags, [project?: string]>({
  brief: "Open a shell in a project's box, or run one command in it",
  description:
    `Joins the box if it is running; otherwise starts it for as long as the shell lasts. Exits with the code of the
command. Arguments after -- reach the command untouched.`,
  ...sessionOptions("shell"),
  projectOption: true,
  positional: [project],
  passthrough: { placeholder: "CMD", brief: "Command to run instead of a shell, with its arguments" },
  suggestFor: ["exec"],
  examples: [
    ["kanibako shell", "open a shell in this folder's box"],
    ["kanibako shell api -- npm test", "run one command in the box of the project api"],
    ["kanibako shell --network none -- sh -c 'id; pwd'", "run one command without network access"],
  ],
  load: () => import("./shell_action.ts"),
});
