/**
 * `kanibako __complete WORDS...`: what the shells' completions ask. One candidate a line, with its explanation after a
 * tab. Never fails: a shell that completes is no place for an error.
 *
 * @module
 */

import { escapeControl } from "../host/ui/text.ts";
import { type Candidate, complete } from "./complete.ts";
import { helperCandidates, helperQuestion } from "./complete_helpers.ts";
import { snapshotCandidates, snapshotQuestion } from "./complete_snapshots.ts";
import { after } from "../host/timer.ts";

/** Longest a shell waits for an answer, in milliseconds: what a clone brought may hold any number of large records. */
const PATIENCE_MS = 1500;

/** Prints the candidates, and ends the program. */
export async function printCompletions(words: readonly string[]): Promise<never> {
  const lines = (await inTime(candidates(words), PATIENCE_MS))
    .map(({ word, brief }) => `${escapeControl(word)}\t${escapeControl(brief)}\n`);
  await new Blob(lines).stream().pipeTo(Deno.stdout.writable, { preventClose: true }).catch(() => {});
  // What was not finished in time is not waited for.
  Deno.exit(0);
}

/** The answer, or none when it fails or takes longer. */
export async function inTime<T>(answer: Promise<readonly T[]>, timeoutMs: number): Promise<readonly T[]> {
  let cancel: (() => void) | undefined;
  const late = new Promise<readonly T[]>((resolve) => cancel = after(timeoutMs, () => resolve([])));
  try {
    return await Promise.race([answer, late]);
  } catch {
    return [];
  } finally {
    cancel?.();
  }
}

/** Snapshots in their own order, everything else by name: the shells show it as it comes. */
async function candidates(words: readonly string[]): Promise<readonly Candidate[]> {
  const question = snapshotQuestion(words);
  if (question) return await snapshotCandidates(question, words.at(-1) ?? "");
  const helpers = helperQuestion(words);
  if (helpers) return await helperCandidates(helpers, words.at(-1) ?? "");
  return complete(words, ...await names()).sort((a, b) => a.word < b.word ? -1 : 1);
}

async function names(): Promise<[projects: string[], worksets: string[], secrets: string[]]> {
  try {
    const { openHost } = await import("../config/system.ts");
    const { projectNames, worksetNames } = await import("../project/list.ts");
    const { readSecrets } = await import("../secret/store.ts");
    const host = await openHost();
    const secrets = readSecrets(host.dirs).then((all) => all.map(({ name }) => name), () => []);
    return await Promise.all([projectNames(host), worksetNames(host), secrets]);
  } catch {
    return [[], [], []];
  }
}
