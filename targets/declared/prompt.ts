/**
 * An agent that works on one text and ends: its command line, and what its output says of what came of it.
 *
 * @module
 */

import { KanibakoError } from "../../lib/host/error.ts";
import type { AgentAnswer, OutputFormat, PromptArguments, PromptCommand, Prompting } from "../target.ts";
import { wordsAndVariables } from "./command.ts";
import { allAt } from "./key_path.ts";
import { present } from "../json.ts";
import type { Declaration } from "./schema.ts";

type Rule = NonNullable<NonNullable<Declaration["command"]>["result"]>[number];

/** The kernel takes no longer word than 128 KiB, its end included. */
const MOST_WORD_BYTES = 128 * 1024 - 1;
const PLACE = "{prompt}";
/** The forms whose output says what came of it, the shorter first. */
const READ: readonly OutputFormat[] = ["json", "stream-json"];

/** How it works on one text; `undefined` where it does not. */
export function promptingOf(agent: Declaration): Prompting | undefined {
  const { prompt, formats = {}, result = [], no_session: forgets = false } = agent.command ?? {};
  if (!prompt) return undefined;
  const readable = result.length === 0 ? undefined : READ.find((format) => formats[format]);
  return {
    formats: ["text", ...READ.filter((format) => formats[format])],
    ...(readable ? { readable } : {}),
    forgets,
    command: (request) => promptCommand(agent, request),
    read: (output) => answerIn(result, output),
  };
}

function promptCommand(agent: Declaration, request: PromptArguments): PromptCommand {
  const { format, text, extra } = request;
  const { args, env } = wordsAndVariables(agent, request);
  const words = [...promptWords(agent, request), ...agent.command?.formats?.[format] ?? [], ...args];
  if (!words.some((word) => word.includes(PLACE))) return { args: [...words, ...extra], env, input: text };
  checkWord(agent, text);
  // Not by `replaceAll` with a text: that reads meaning into `$&`.
  const filled = words.map((word) => word.split(PLACE).join(text));
  return { args: [...filled, ...extra], env };
}

function promptWords(
  { command }: Declaration,
  { conversation, hasConversation }: PromptArguments,
): readonly string[] {
  const { prompt = [], continue: last = [], prompt_continue: on } = command ?? {};
  return conversation === "continue" && hasConversation ? on ?? [...last, ...prompt] : prompt;
}

function checkWord({ title }: Declaration, text: string): void {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > MOST_WORD_BYTES) {
    throw new KanibakoError("prompt-too-long", `The prompt of ${bytes} bytes is too long for ${title}.`, {
      hint: [
        `${title} takes it as a word of its command line, which has at most ${MOST_WORD_BYTES} bytes.`,
        "Put it into a file of the project, and ask the agent to read that.",
      ],
    });
  }
  if (text.includes("\0")) {
    throw new KanibakoError("bad-prompt", `Cannot use the prompt: it has a NUL, which ${title} cannot take.`);
  }
}

/** What output in the form `readable` says. What cannot be read says nothing: it comes from a box. */
function answerIn(rules: readonly Rule[], output: string): AgentAnswer {
  const lines = documentsIn(output);
  const text = (what: Rule["what"]) => textOf(rules, what, lines);
  const number = (what: Rule["what"]) => numberOf(rules, what, lines);
  return present({
    text: text("text"),
    error: text("error"),
    session: text("session"),
    costUsd: number("cost"),
    inputTokens: number("input"),
    outputTokens: number("output"),
  }) as AgentAnswer;
}

/** One document, a list of them, or one in each line. */
function documentsIn(output: string): readonly unknown[] {
  const whole = parsed(output);
  if (whole !== undefined) return Array.isArray(whole) ? whole : [whole];
  return output.split("\n").flatMap((line) => line.trimStart().startsWith("{") ? parsed(line) ?? [] : []);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the rules for something find in a line, line by line. */
function found(
  rules: readonly Rule[],
  what: Rule["what"],
  lines: readonly unknown[],
): { readonly values: readonly unknown[]; readonly all: boolean } {
  const own = rules.filter((rule) => rule.what === what);
  const values = lines.flatMap((line) =>
    own.flatMap(({ at, when = {} }) => {
      const fits = Object.entries(when).every(([place, value]) => allAt(line, place).includes(value));
      return fits ? allAt(line, at) : [];
    })
  );
  return { values, all: own.some(({ all }) => all === true) };
}

function textOf(
  rules: readonly Rule[],
  what: Rule["what"],
  lines: readonly unknown[],
): string | undefined {
  const { values, all } = found(rules, what, lines);
  const texts = values.filter((value): value is string => typeof value === "string");
  return all && texts.length > 0 ? texts.join("") : texts.at(-1);
}

function numberOf(
  rules: readonly Rule[],
  what: Rule["what"],
  lines: readonly unknown[],
): number | undefined {
  const { values, all } = found(rules, what, lines);
  const numbers = values.filter((value): value is number =>
    typeof value === "number" && Number.isFinite(value) && value >= 0
  );
  return all && numbers.length > 0 ? numbers.reduce((sum, one) => sum + one, 0) : numbers.at(-1);
}
