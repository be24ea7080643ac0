/**
 * What of the environment the process that serves a box needs for the box's secrets: it gets nothing else of whoever starts it.
 *
 * @module
 */

import { networkFile } from "../config/box_state.ts";
import { debug } from "../host/log.ts";
import { readJson } from "../host/store.ts";
import { NETWORK_FILE } from "../net/network_file.ts";
import { type Origin, parseOrigin, STORE_VARIABLES } from "../secret/origin.ts";
import { readSecrets } from "../secret/store.ts";

/** The variables that are set, by their names. What cannot be read is no reason to serve a box less. */
export async function secretVariables(
  dirs: { readonly data: string },
  state: string,
): Promise<Readonly<Record<string, string>>> {
  try {
    const bound = (await readJson(networkFile(state), NETWORK_FILE))?.secrets ?? [];
    if (bound.length === 0) return {};
    const stored = new Map((await readSecrets(dirs)).map(({ name, origins }) => [name, origins]));
    const names = bound.flatMap(({ name, origin }) => {
      const of = origin === undefined ? stored.get(name) ?? [] : [parseOrigin(origin)];
      const behind = of.flatMap((one) => one.kind === "secret" ? stored.get(one.name) ?? [] : [one]);
      return behind.flatMap(variablesOf);
    });
    return Object.fromEntries([...new Set(names)].flatMap((name) => {
      const value = Deno.env.get(name);
      return value === undefined ? [] : [[name, value]];
    }));
  } catch (error) {
    debug(() => `the variables of secrets: ${error}`);
    return {};
  }
}

function variablesOf(origin: Origin): readonly string[] {
  return origin.kind === "env" ? [origin.variable] : origin.kind === "pass" ? STORE_VARIABLES : [];
}
