/**
 * Variables as a file that a POSIX shell reads.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";

/** Names that shells keep for themselves: setting one ends the script that does. `KANIBAKO_RUN` steers `enter`. */
const KEPT = new Set([
  "BASHOPTS",
  "BASH_VERSINFO",
  "EUID",
  "IFS",
  "KANIBAKO_RUN",
  "PPID",
  "SHELLOPTS",
  "UID",
]);

/** The text of the file. Values may hold anything but NUL. Throws `bad-variable` for a name that cannot be set. */
export function envFile(variables: Iterable<readonly [name: string, value: string]>): string {
  let text = "";
  for (const [name, value] of variables) {
    checkVariable(name, value);
    text += `export ${name}=${quoted(value)}\n`;
  }
  return text;
}

/** Throws `bad-variable` for a variable that no shell of a box can set. */
export function checkVariable(name: string, value: string): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw refused(name, "that is not a variable's name");
  if (KEPT.has(name)) throw refused(name, "the box's shell keeps that name for itself");
  if (value.includes("\0")) throw refused(name, "its value holds a NUL byte");
}

/** Quotes a word for a POSIX shell, always. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function refused(name: string, why: string): KanibakoError {
  return new KanibakoError("bad-variable", `Cannot set ${JSON.stringify(name)} in the box: ${why}`, {
    hint: "Remove it from -e, from the env files, or from the [env] table that sets it.",
  });
}
