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
  const lines = complete(words, ...await names())
    .map(({ word, brief }) => `${escapeControl(word)}\t${escapeControl(brief)}\n`);
  await new Blob(lines).stream().pipeTo(Deno.stdout.writable, { preventClose: true }).catch(() => {});
}

async function names(): Promise<[projects: string[], worksets: string[]]> {
  try {
    const { openHost } = await import("../config/system.ts");
    const { projectNames, worksetNames } = await import("../project/list.ts");
    const host = await openHost();
    return await Promise.all([projectNames(host), worksetNames(host)]);
  } catch {
    return [[], []];
  }
}
