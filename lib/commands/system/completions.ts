/**
 * `kanibako completions`.
 *
 * @module
 */

import { type Command, command, word } from "../command.ts";

/** The declaration of `completions`. */
export const completions: Command = command<Record<never, never>, [shell: string]>({
  brief: "Print the completions for a shell",
  flags: {},
  positional: [word("shell", "bash, zsh or fish")],
  initialise: false,
  examples: [
    [`eval "$(kanibako completions bash)"`, "in ~/.bashrc"],
    [`eval "$(kanibako completions zsh)"`, "in ~/.zshrc, after compinit"],
    ["kanibako completions fish | source", "in ~/.config/fish/config.fish"],
  ],
  load: () => import("./completions_action.ts"),
});
