/**
 * The processes that are started in a box before its command, as lines that `enter` reads.
 *
 * @module
 */

import type { InsideProcess } from "../spec/box_spec.ts";
import { checkVariable } from "../config/env.ts";
import { quoted } from "./env_script.ts";

/** The text of the file. Throws `bad-variable` for a variable that cannot be set. */
export function insideScript(processes: readonly InsideProcess[]): string {
  return processes.map(({ name, argv, env }) => {
    if (!/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(name)) throw new Error(`no name of a process: ${name}`);
    if (argv.length === 0) throw new Error(`the process ${name} has no program`);
    const variables = Object.entries(env).map(([variable, value]) => {
      checkVariable(variable, value);
      return `${variable}=${value}`;
    });
    return ["beside", ...[name, ...variables].map(quoted), "--", ...argv.map(quoted)].join(" ") + "\n";
  }).join("");
}
