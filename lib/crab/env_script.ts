/**
 * Variables as a file that a POSIX shell reads.
 *
 * @module
 */

import { checkVariable } from "../config/env.ts";

/** The text of the file. Values may hold anything but NUL. Throws `bad-variable` for a name that cannot be set. */
export function envFile(variables: Iterable<readonly [name: string, value: string]>): string {
  let text = "";
  for (const [name, value] of variables) {
    checkVariable(name, value);
    text += `export ${name}=${quoted(value)}\n`;
  }
  return text;
}

/** Quotes a word for a POSIX shell, always. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
