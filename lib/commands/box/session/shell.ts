/**
 * `kanibako shell`: a shell, or one command, in the project's box.
 *
 * @module
 */

import { type Command, command, optionalWord } from "../../command.ts";
import { type SessionFlags, sessionFlags, sessionShort, sessionSpellings } from "./session_flags.ts";

/** Options of `shell`. */
export type ShellFlags = SessionFlags;

/** The declaration of `shell`. */
export const shell: Command = command<ShellFlags, [project?: string]>({
  brief: "Open a shell in the project's box, or run one command in it",
  description:
    `Joins the box when it is running, otherwise starts it for as long as the shell lasts. The exit code is that of the
command. Words after -- reach it untouched.`,
  flags: sessionFlags,
  short: sessionShort,
  spellings: sessionSpellings,
  exclusive: [["persistent", "ephemeral"]],
  projectOption: true,
  positional: [optionalWord("project", "A folder or a project's name; this folder unless told")],
  passthrough: { placeholder: "CMD", brief: "A command to run instead of a shell, with its arguments" },
  examples: [
    ["kanibako shell", "look around in this folder's box"],
    ["kanibako shell api -- npm test", "run one command in the box of the project api"],
    ["kanibako shell --network none -- sh -c 'id; pwd'", "without a network"],
  ],
  load: () => import("./shell_action.ts"),
});
