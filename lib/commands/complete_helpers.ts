/**
 * Completions of helpers: which command lines ask for one, and what can stand there.
 *
 * @module
 */

import { takeArguments } from "./arguments.ts";
import { route } from "./route.ts";

/** Whose helpers are asked for. */
export interface HelperQuestion {
  /** What `--project` said. */
  readonly project: string | undefined;
  /** The helpers that are named already. */
  readonly named: readonly string[];
}

/** Whether a helper could stand where the last of `words` stands, and whose. Pure. */
export function helperQuestion(words: readonly string[]): HelperQuestion | undefined {
  const before = words.slice(0, -1);
  if (words.at(-1)?.startsWith("-") || before.includes("--")) return undefined;
  try {
    const { target, tokens, help } = route(before);
    if (target?.kind !== "command" || help) return undefined;
    const { words: named, options, help: asksHelp } = takeArguments(target, tokens);
    const { positional, more } = target;
    const wanted = named.length < positional.length
      ? positional[named.length]!.names?.includes("helper")
      : more?.placeholder === "HELPER" || (more?.placeholder === "HELPER TEXT" && named.length === 0);
    if (asksHelp || !wanted) return undefined;
    const project = options.get("project")?.[0];
    return { project: typeof project === "string" ? project : undefined, named };
  } catch {
    // An option still lacks its value, say.
    return undefined;
  }
}

/** The helpers that could stand there, by name where they have one. */
export async function helperCandidates(
  { project, named }: HelperQuestion,
  partial: string,
): Promise<{ word: string; brief: string }[]> {
  const { openHost } = await import("../config/system.ts");
  const { listHelpers } = await import("../app/helper/list_helpers.ts");
  const helpers = await listHelpers({ project, cwd: () => Deno.cwd(), host: () => openHost() });
  return helpers.map(({ number, name, status, task = "" }) => ({
    word: name ?? String(number),
    brief: [status, task.split("\n")[0]!.slice(0, 40)].filter((text) => text !== "").join(", "),
  })).filter(({ word }) => word.startsWith(partial) && !named.includes(word));
}
