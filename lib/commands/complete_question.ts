/**
 * What is asked where things of a project are completed that take their time to find: which project, and what is named already.
 *
 * @module
 */

import { takeArguments } from "./arguments.ts";
import type { Command } from "./command.ts";
import { route } from "./route.ts";

/** Whose things are asked for. */
export interface Question {
  /** What `--project` said. */
  readonly project: string | undefined;
  /** Those that are named already. */
  readonly named: readonly string[];
}

/** Whether a word that `wants` is about could stand where the last of `words` stands, and whose. Pure. */
export function questionAt(
  words: readonly string[],
  wants: (command: Command, named: readonly string[]) => boolean | undefined,
): Question | undefined {
  const before = words.slice(0, -1);
  if (words.at(-1)?.startsWith("-") || before.includes("--")) return undefined;
  try {
    const { target, tokens, help } = route(before);
    if (target?.kind !== "command" || help) return undefined;
    const { words: named, options, help: asksHelp } = takeArguments(target, tokens);
    if (asksHelp || !wants(target, named)) return undefined;
    const project = options.get("project")?.[0];
    return { project: typeof project === "string" ? project : undefined, named };
  } catch {
    // An option still lacks its value, say.
    return undefined;
  }
}
