/**
 * `kanibako completions`.
 *
 * @module
 */

import { type Command, command, word } from "../command.ts";

/** The declaration of `completions`. */
export const completions: Command = command<Record<never, never>, [shell: string]>({
  brief: "Print the completion script for a shell",
  flags: {},
  positional: [{ ...word("shell", "bash, zsh or fish"), values: ["bash", "zsh", "fish"] }],
  initialise: false,
  examples: [
    [`eval "$(kanibako completions bash)"`, "add to ~/.bashrc"],
    [`eval "$(kanibako completions zsh)"`, "add to ~/.zshrc, after compinit"],
    ["kanibako completions fish | source", "add to ~/.config/fish/config.fish"],
  ],
  load: () => import("./completions_action.ts"),
});
