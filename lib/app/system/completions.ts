/**
 * Puts completions where a shell finds them, in a file of the user's own.
 *
 * @module
 */

import type { Host } from "../../config/system.ts";
import { KanibakoError } from "../../host/error.ts";
import { exists, parentOf } from "../../host/path.ts";
import { readText, writeText } from "../../host/store.ts";
import { quotePath } from "../../host/ui/quote_path.ts";
import { COMPLETION_SCRIPTS, type Shell } from "./completion_scripts.ts";

/** Where the completions of a shell are, and whether they are there. */
export interface CompletionState {
  readonly shell: Shell;
  readonly file: string;
  /** `current`: as this version writes them; `other`: something else is there. */
  readonly state: "none" | "current" | "other";
  /** What else has to be done for the shell to find them. */
  readonly needs?: string;
}

/** The shell of this user, as far as it can complete. */
export function userShell(path: string = Deno.env.get("SHELL") ?? ""): Shell | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return Object.hasOwn(COMPLETION_SCRIPTS, name) ? name as Shell : undefined;
}

/** Looks. */
export async function completionState({ dirs }: Host, shell: Shell): Promise<CompletionState> {
  const file = {
    bash: `${dirs.dataHome}/bash-completion/completions/kanibako`,
    zsh: `${dirs.dataHome}/zsh/site-functions/_kanibako`,
    fish: `${dirs.configHome}/fish/completions/kanibako.fish`,
  }[shell];
  const needs = shell === "zsh"
    ? `Name its folder in ~/.zshrc, before compinit: fpath=(${parentOf(file)} $fpath)`
    : shell === "bash" && !BASH_COMPLETION.some(exists)
    ? "bash finds it with the package bash-completion. Install that."
    : undefined;
  const text = await ownText(file);
  const state = text === undefined ? "none" : text === COMPLETION_SCRIPTS[shell] ? "current" : "other";
  return { shell, file, state, ...needs === undefined ? {} : { needs } };
}

const BASH_COMPLETION = [
  "/usr/share/bash-completion/bash_completion",
  "/usr/local/share/bash-completion/bash_completion",
  "/home/linuxbrew/.linuxbrew/etc/profile.d/bash_completion.sh",
  "/etc/profile.d/bash_completion.sh",
];

/** What a file says; nothing where it is a link, as what is behind it is kept by somebody. `undefined`: there is none. */
async function ownText(file: string): Promise<string | undefined> {
  const isOdd = await Deno.lstat(file).then((info) => !info.isFile, () => false);
  return isOdd ? "" : await readText(file);
}

/** Writes them. Throws `not-ours` where a file of somebody else's has the name. */
export async function installCompletions(host: Host, shell: Shell): Promise<CompletionState> {
  const found = await completionState(host, shell);
  if (found.state === "current") return found;
  if (found.state === "other" && !(await ownText(found.file))?.includes("__complete")) {
    throw new KanibakoError(
      "not-ours",
      `Cannot replace ${quotePath(found.file)}: kanibako did not write it.`,
      {
        hint: `Move it aside, or print the script: kanibako completions ${shell}`,
      },
    );
  }
  await writeText(found.file, COMPLETION_SCRIPTS[shell], 0o644);
  return { ...found, state: "current" };
}
