/**
 * Which variables a box can be given. The shell that sets them up has a few of its own.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";

/** Names that shells keep for themselves: setting one ends the script that does. `KANIBAKO_RUN` steers the box's script. */
const KEPT: ReadonlySet<string> = new Set([
  "BASHOPTS",
  "BASH_VERSINFO",
  "EUID",
  "IFS",
  "KANIBAKO_RUN",
  "PPID",
  "SHELLOPTS",
  "UID",
]);

/** Throws `bad-variable` for a variable that cannot be set in a box. A value may contain anything but NUL. */
export function checkVariable(name: string, value: string): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw refused(name, "that is not a variable's name");
  if (KEPT.has(name)) throw refused(name, "the box's shell keeps that name for itself");
  if (value.includes("\0")) throw refused(name, "its value holds a NUL byte");
}

function refused(name: string, why: string): KanibakoError {
  return new KanibakoError("bad-variable", `Cannot set ${JSON.stringify(name)} in the box: ${why}`, {
    hint: "Remove it from -e, from the env files, or from the [env] table that sets it.",
  });
}
