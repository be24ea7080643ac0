/**
 * What a choice of an image sets besides, as options of the call: those of the user win.
 *
 * @module
 */

import type { FlagSettings } from "../../config/settings.ts";
import type { RunSettings } from "../../rig/choose/types.ts";

/** Options that say what trusted settings do, with those of the call over them. Lists are added up. */
export function withRunSettings(flags: FlagSettings, settings: RunSettings): FlagSettings {
  const { memoryBytes, cpus, profile, network, rules = {}, presets = [], ports, env, secrets } = settings;
  const allow = [
    ...presets,
    ...Object.entries(rules).map(([rule, what]) => what === "allow" ? rule : `!${rule}`),
  ];
  const given: Record<string, unknown> = {
    ...(memoryBytes === undefined ? {} : { memory: String(memoryBytes) }),
    ...(cpus === undefined ? {} : { cpus: String(cpus) }),
    ...(profile === undefined ? {} : { security: profile }),
    ...(network === undefined ? {} : { network }),
    ...flags,
  };
  const lists: Record<string, readonly string[]> = {
    allow,
    ports: ports ?? [],
    env: Object.entries(env ?? {}).map(([name, value]) => `${name}=${value}`),
    secrets: (secrets ?? []).map(({ name, hosts }) => `${name}:${hosts}`),
  };
  const said = flags as Readonly<Record<string, readonly string[] | undefined>>;
  for (const [name, words] of Object.entries(lists)) {
    // Rules are those of a filtered network: one that the user has chosen otherwise has none.
    if (name === "allow" && given["network"] !== "filtered") continue;
    if (words.length > 0) given[name] = [...words, ...said[name] ?? []];
  }
  return given as FlagSettings;
}
