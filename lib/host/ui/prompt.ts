/**
 * Questions. Without an answer (end of input, Ctrl-C) the answer is no. At a terminal `@clack/prompts` asks; elsewhere a line of
 * stdin is the answer.
 *
 * @module
 */

import { isInteractive, note, writeError } from "./terminal.ts";

const MAX_ANSWER_BYTES = 4096;

/** Asks `question [y/N]`; true for `y` or `yes`. */
export async function confirm(question: string): Promise<boolean> {
  const answer = await ask(`${question} [y/N]`);
  return /^y(es)?$/i.test(answer?.trim() ?? "");
}

/** Explains what will happen, a line for each argument, and asks to type `yes`; true for exactly that. */
export async function confirmYes(...explanation: readonly string[]): Promise<boolean> {
  for (const line of explanation) note(line);
  const answer = await ask(`Type "yes" to continue:`);
  return answer?.trim() === "yes";
}

/** Waits for Enter; false for Ctrl-C or the end of input. */
export async function acknowledge(): Promise<boolean> {
  return await ask("Press Enter to continue, or Ctrl-C to stop here.") !== undefined;
}

/**
 * Asks to choose one of a few words, each with its meaning; the first is the default. `undefined` without
 * an answer, or for an answer that is none of them.
 */
export async function choose<T extends string>(
  question: string,
  choices: readonly (readonly [word: T, meaning: string])[],
): Promise<T | undefined> {
  if (atTerminal()) return await (await import("./terminal_prompt.ts")).askChoice(question, choices);
  const width = Math.max(...choices.map(([word]) => word.length));
  for (const [word, meaning] of choices) note(`  ${word.padEnd(width)}  ${meaning}`);
  const words = choices.map(([word]) => word);
  const answer = (await ask(`${question} [${words.join("/")}]`))?.trim().toLowerCase();
  if (answer === "") return words[0];
  const meant = answer === undefined ? [] : words.filter((word) => word.startsWith(answer));
  return meant.length === 1 ? meant[0] : undefined;
}

/**
 * Asks for a text that is not shown while it is typed; elsewhere all of standard input is the answer, without the end of its last line.
 * `undefined` where the question was not answered, and a longer text than `most` where there is more.
 */
export async function askSecret(question: string, most: number): Promise<string | undefined> {
  if (atTerminal()) return await (await import("./terminal_prompt.ts")).askHidden(question);
  const bytes = new Uint8Array(most + 2);
  let length = 0;
  while (length < bytes.length) {
    const count = await Deno.stdin.read(bytes.subarray(length));
    if (count === null) break;
    length += count;
  }
  return new TextDecoder().decode(bytes.subarray(0, length)).replace(/\r?\n$/, "");
}

/** Whether somebody can see the question and type an answer. */
function atTerminal(): boolean {
  return isInteractive() && Deno.stdin.isTerminal();
}

async function ask(question: string): Promise<string | undefined> {
  if (atTerminal()) return await (await import("./terminal_prompt.ts")).askLine(question);
  writeError(`${question} `);
  const interrupted = Promise.withResolvers<undefined>();
  const stop = () => interrupted.resolve(undefined);
  Deno.addSignalListener("SIGINT", stop);
  try {
    const answer = await Promise.race([readLine(), interrupted.promise]);
    writeError("\n");
    if (answer === undefined && !isInteractive()) note("No answer; assuming no.");
    return answer;
  } finally {
    Deno.removeSignalListener("SIGINT", stop);
  }
}

/** One line of stdin, byte by byte so that nothing beyond it is taken. `undefined` at end of input. */
async function readLine(): Promise<string | undefined> {
  const bytes: number[] = [];
  const one = new Uint8Array(1);
  while (bytes.length < MAX_ANSWER_BYTES) {
    const count = await Deno.stdin.read(one);
    if (count === null) return bytes.length === 0 ? undefined : decode(bytes);
    if (one[0] === 0x0a) return decode(bytes);
    bytes.push(one[0]!);
  }
  return undefined;
}

function decode(bytes: readonly number[]): string {
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
