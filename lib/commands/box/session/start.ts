/**
 * `kanibako start`, the default command.
 *
 * @module
 */

import { type Command, command } from "../../command.ts";
import { project } from "../../shared_options.ts";
import { type PromptFlags, promptOptions } from "./prompt_flags.ts";
import { type SessionFlags, sessionOptions } from "./session_flags.ts";

/** What its options say. */
export interface StartFlags extends SessionFlags, PromptFlags {}

const session = sessionOptions("start");

/** The declaration of `start`. */
export const start: Command = command<StartFlags, [project?: string]>({
  brief: "Work with an agent in a project's box",
  description:
    `Starts the box of a project and connects you to the agent in it, or to the session that is already running. Press
Ctrl-b d to leave: the session keeps running.`,
  ...session,
  flags: { ...session.flags, ...promptOptions },
  exclusive: [...session.exclusive, ["prompt", "promptFile"]],
  projectOption: true,
  positional: [project],
  passthrough: { placeholder: "ARGS", brief: "Arguments for the agent, passed on untouched" },
  suggestFor: ["attach"],
  examples: [
    ["kanibako", "work in this folder's box, or return to its session"],
    ["kanibako start api -N", "start a new conversation in the project api"],
    ["kanibako start --plan", "show what the box would get and where it comes from"],
    [
      'kanibako start --prompt "Fix the failing test"',
      "have the agent work on one text, and print its answer",
    ],
    ["kanibako start --prompt-file task.md --json", "print what came of it, and which files changed"],
  ],
  load: () => import("./start_action.ts"),
});
