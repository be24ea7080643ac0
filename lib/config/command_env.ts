/**
 * Variables of one command in a running box.
 *
 * @module
 */

import { checkUsersVariable } from "./env.ts";

/** A call's variables, and where it is to run. Throws `bad-variable`. */
export function callEnv(
  { env, at }: { readonly env: Readonly<Record<string, string>>; readonly at?: string },
): Record<string, string> {
  return { ...commandEnv(env), ...(at === undefined ? {} : { KANIBAKO_AT: at }) };
}

/**
 * What the engine is to hand in, so that inside these variables stand above the box's own. They go through the engine's own
 * environment, so that no process list shows them, and under names of ours: a `PATH` or `LD_PRELOAD` is for the box alone.
 * Throws `bad-variable`.
 */
function commandEnv(env: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(env);
  if (entries.length === 0) return {};
  for (const [name, value] of entries) checkUsersVariable(name, value);
  return {
    ...Object.fromEntries(entries.map(([name, value]) => [`KANIBAKO_KEEP_${name}`, value])),
    KANIBAKO_KEEP: entries.map(([name]) => name).join(" "),
  };
}
