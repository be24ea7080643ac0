/**
 * Completions of snapshots: which command lines ask for one, and what can stand there.
 *
 * @module
 */

import { type Question, questionAt } from "./complete_question.ts";

/** Whether a snapshot could stand where the last of `words` stands, and whose. Pure. */
export function snapshotQuestion(words: readonly string[]): Question | undefined {
  return questionAt(words, ({ positional }, named) => positional[named.length]?.names?.includes("snapshot"));
}

/** The snapshots that could stand there, the newest first, those from elsewhere last. Reads records and writes nothing. */
export async function snapshotCandidates(
  { project, named }: Question,
  partial: string,
): Promise<{ word: string; brief: string }[]> {
  const { openHost } = await import("../config/system.ts");
  const { openProjectVault } = await import("../app/vault/open.ts");
  const { noteText } = await import("./box/vault/show.ts");
  const { timeText } = await import("../app/vault/words.ts");
  const { listSnapshots } = await import("../vault/store.ts");
  using vault = await openProjectVault(await openHost(), project, Deno.cwd(), "look");
  const { all, brought } = await listSnapshots(vault);
  return [...all.toReversed(), ...brought.toReversed()]
    .filter(({ name }) => name.startsWith(partial) && !named.includes(name))
    .map((snapshot) => ({
      word: snapshot.name,
      brief: [timeText(snapshot.record.takenAt), noteText(snapshot)].filter((text) => text !== "").join(", "),
    }));
}
