/**
 * What a change does, and when, in words that fit what exactly changed.
 *
 * @module
 */

import type { Entry } from "./entry.ts";
import { matchesName } from "./place.ts";

/** By the kind of file: patterns of keys, lower case, and what they do. The first that fits counts. */
const BY_KEY: Readonly<
  Partial<Record<Entry["counts"], readonly (readonly [pattern: string, effect: string])[]>>
> = {
  "git-config": [
    ["core.hookspath", "decides which hooks run when you use git"],
    ["core.fsmonitor", "runs with git status and most other git commands"],
    ["filter.*", "runs with git status, git add and git checkout"],
    ["include*", "adds more git configuration, which can run anything"],
    ["core.worktree", "decides on which files git works"],
    ["core.pager", "runs when git shows something"],
    ["pager.*", "runs when git shows something"],
    ["interactive.difffilter", "runs when you add interactively"],
    ["diff.*", "runs when you compare with git"],
    ["core.editor", "runs when you commit or rebase"],
    ["sequence.editor", "runs when you rebase"],
    ["gpg.*", "runs when you sign or verify"],
    ["merge.*", "runs when you merge"],
    ["alias.*", "runs when you use that alias"],
    ["core.sshcommand", "runs when you fetch or push"],
    ["credential.*", "runs, and gets your password, when you fetch or push"],
    ["core.askpass", "runs, and gets your password, when you fetch or push"],
    ["remote.*", "decides where you fetch and push"],
    ["url.*", "decides where you fetch and push"],
    ["http.*", "decides how you fetch and push"],
    ["submodule.*", "runs when you update submodules"],
  ],
  "package-json": [
    ["scripts.preinstall", "runs when you install"],
    ["scripts.install", "runs when you install"],
    ["scripts.postinstall", "runs when you install"],
    ["scripts.pre*", "runs when you install, publish or call the script it is named after"],
    ["scripts.post*", "runs when you install, publish or call the script it is named after"],
    ["*dependencies.*", "is got from elsewhere than the registry when you install"],
    ["scripts.*", "runs when you call that script"],
  ],
};

/** The effect of a change. `keys`: what in it changed, where only some of it counts. */
export function effectOf(entry: Entry, path: string, keys: readonly string[]): string {
  for (const [pattern, effect] of BY_KEY[entry.counts] ?? []) {
    if (keys.some((key) => matchesName(pattern, key.toLowerCase()))) return effect;
  }
  const name = path.slice(path.lastIndexOf("/") + 1);
  const { effects = {} } = entry;
  return Object.hasOwn(effects, name) ? effects[name]! : entry.effect;
}
