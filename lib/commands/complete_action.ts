/**
 * `kanibako __complete WORDS...`: what the shells' completions ask. One candidate a line, with its explanation after a
 * tab. Never fails: a shell that completes is no place for an error.
 *
 * @module
 */

import { escapeControl } from "../host/text.ts";
import { complete } from "./complete.ts";

/** Prints the candidates. */
export async function printCompletions(words: readonly string[]): Promise<void> {
  const lines = complete(words, await names())
    .map(({ word, brief }) => `${escapeControl(word)}\t${escapeControl(brief)}\n`);
  await new Blob(lines).stream().pipeTo(Deno.stdout.writable, { preventClose: true }).catch(() => {});
}

async function names(): Promise<string[]> {
  try {
    const { openHost } = await import("../config/system.ts");
    const { projectNames } = await import("../project/list.ts");
    return await projectNames(await openHost());
  } catch {
    return [];
  }
}
