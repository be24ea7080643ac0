/**
 * `kanibako completions`.
 *
 * @module
 */

import { type Command, command, toggle, word } from "../command.ts";

/** The declaration of `completions`. */
export const completions: Command = command<{ readonly install: boolean }, [shell: string]>({
  brief: "Print the completion script for a shell",
  flags: { install: toggle("Write it to where the shell looks for completions") },
  positional: [{ ...word("shell", "bash, zsh or fish"), values: ["bash", "zsh", "fish"] }],
  initialise: false,
  examples: [
    ["kanibako completions bash --install", "complete in every new shell"],
    [`eval "$(kanibako completions bash)"`, "add to ~/.bashrc"],
    [`eval "$(kanibako completions zsh)"`, "add to ~/.zshrc, after compinit"],
    ["kanibako completions fish | source", "add to ~/.config/fish/config.fish"],
  ],
  load: () => import("./completions_action.ts"),
});
