/**
 * Environment files: one `NAME=value` a line, the value taken literally, `#` for comments.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { readText } from "../host/store.ts";
import { shellQuote } from "../host/ui/text.ts";
import { isEnvName } from "./env.ts";

/** A line that says nothing. */
export interface EnvProblem {
  /** Counted from 1. */
  readonly line: number;
  /** What is wrong with it. The line itself may hold a secret and is not repeated. */
  readonly message: string;
}

/** Takes the text of an environment file apart. */
export function parseEnvFile(text: string): { entries: Record<string, string>; problems: EnvProblem[] } {
  const entries: Record<string, string> = {};
  const problems: EnvProblem[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const equals = line.indexOf("=");
    const name = line.slice(0, Math.max(0, equals)).trim();
    const problem = equals < 0
      ? "there is no = in it"
      : !isEnvName(name)
      ? /^export\s/.test(name) ? "leave the word export away" : "the part before = is not a variable's name"
      : line.includes("\0")
      ? "it holds a NUL character"
      : undefined;
    if (problem) problems.push({ line: index + 1, message: problem });
    else entries[name] = line.slice(equals + 1);
  }
  return { entries, problems };
}

/** Reads an environment file; empty when there is none. A line that says nothing is an error that names it. */
export async function readEnvFile(path: string): Promise<Record<string, string>> {
  const text = await readText(path);
  return text === undefined ? {} : checkedEnv(text, path);
}

/** As {@link readEnvFile}, for text already read from `path`. */
export function checkedEnv(text: string, path: string): Record<string, string> {
  const { entries, problems } = parseEnvFile(text);
  const [first] = problems;
  if (!first) return entries;
  throw new KanibakoError(
    "bad-file",
    `Cannot read ${shellQuote(path)}: line ${first.line}: ${first.message}.`,
    {
      hint: "Write one NAME=value a line, without quotes; # starts a comment.",
    },
  );
}

/** The text of an environment file: sorted by name. Throws `bad-value` for what one line cannot hold. */
export function formatEnvFile(entries: Readonly<Record<string, string>>): string {
  return Object.keys(entries).sort().map((name) => {
    const value = entries[name]!;
    const sound = isEnvName(name) && !/[\0\n]/.test(value) && value.trimEnd() === value;
    if (sound) return `${name}=${value}\n`;
    throw new KanibakoError("bad-value", `Cannot keep the variable ${shellQuote(name)} in a file.`, {
      hint: "A name is letters, digits and _; a value is one line that does not end with a space.",
    });
  }).join("");
}

/**
 * The text with one variable set, or taken out when `value` is `undefined`. Comments and order stay. Throws `bad-value` for
 * what one line cannot hold.
 */
export function editEnvText(text: string, name: string, value: string | undefined): string {
  const line = value === undefined ? "" : formatEnvFile({ [name]: value });
  const lines = text.split(/(?<=\n)/);
  const isIt = (one: string) =>
    !one.trimStart().startsWith("#") && one.includes("=") && one.slice(0, one.indexOf("=")).trim() === name;
  // The last of several counted.
  const at = lines.findLastIndex(isIt);
  if (at < 0) return line === "" ? text : `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${line}`;
  return lines.map((one, index) => index === at ? line : isIt(one) ? "" : one).join("");
}
