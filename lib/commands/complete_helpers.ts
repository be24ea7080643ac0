/**
 * Completions of helpers: which command lines ask for one, and what can stand there.
 *
 * @module
 */

import { type Question, questionAt } from "./complete_question.ts";

/** Whether a helper could stand where the last of `words` stands, and whose. Pure. */
export function helperQuestion(words: readonly string[]): Question | undefined {
  return questionAt(
    words,
    ({ positional, more }, named) =>
      named.length < positional.length
        ? positional[named.length]!.names?.includes("helper")
        : more?.placeholder === "HELPER" || (more?.placeholder === "HELPER TEXT" && named.length === 0),
  );
}

/** The helpers that could stand there, by name where they have one. */
export async function helperCandidates(
  { project, named }: Question,
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
