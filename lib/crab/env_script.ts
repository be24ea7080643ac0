/**
 * Variables as a file that a POSIX shell reads.
 *
 * @module
 */

import { checkVariable } from "../config/env.ts";

/** A variable. `expands`: `${containerEnv:NAME}` in the value stands for what the box has. */
export type Variable = readonly [name: string, value: string, expands?: boolean];

/** The text of the file. Values may hold anything but NUL. Throws `bad-variable` for a name that cannot be set. */
export function envFile(variables: Iterable<Variable>): string {
  let text = "";
  for (const [name, value, expands = false] of variables) {
    checkVariable(name, value);
    text += `export ${name}=${expands ? expanding(value) : quoted(value)}\n`;
  }
  return text;
}

const REFERENCE = /\$\{containerEnv:([A-Za-z_][A-Za-z0-9_]*)(?::([^}]*))?\}/g;

/** A word in which `${containerEnv:NAME}` and `${containerEnv:NAME:DEFAULT}` are what the shell has under that name, and nothing else is. */
function expanding(value: string): string {
  let word = "";
  let end = 0;
  for (const { 0: { length }, 1: name, 2: otherwise = "", index } of value.matchAll(REFERENCE)) {
    word += `${quoted(value.slice(end, index))}"\${${name}:-${otherwise.replace(/[\\"$`]/g, "\\$&")}}"`;
    end = index + length;
  }
  return word + quoted(value.slice(end));
}

/** Quotes a word for a POSIX shell, always. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
