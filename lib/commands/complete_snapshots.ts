/**
 * Completions of snapshots: which command lines ask for one, and what can stand there.
 *
 * @module
 */

import { takeArguments } from "./arguments.ts";
import { route } from "./route.ts";

/** Whose snapshots are asked for. */
export interface SnapshotQuestion {
  /** What `--project` said. */
  readonly project: string | undefined;
  /** The snapshots that are named already. */
  readonly named: readonly string[];
}

/** Whether a snapshot could stand where the last of `words` stands, and whose. Pure. */
export function snapshotQuestion(words: readonly string[]): SnapshotQuestion | undefined {
  const before = words.slice(0, -1);
  if (words.at(-1)?.startsWith("-") || before.includes("--")) return undefined;
  try {
    const { target, tokens, help } = route(before);
    if (target?.kind !== "command" || help) return undefined;
    const { words: named, options, help: asksHelp } = takeArguments(target, tokens);
    if (asksHelp || !target.positional[named.length]?.names?.includes("snapshot")) return undefined;
    const project = options.get("project")?.[0];
    return { project: typeof project === "string" ? project : undefined, named };
  } catch {
    // An option still lacks its value, say.
    return undefined;
  }
}

/** The snapshots that could stand there, the newest first, those from elsewhere last. Reads records and writes nothing. */
export async function snapshotCandidates(
  { project, named }: SnapshotQuestion,
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
