/**
 * Answers every setting of a launch: its value, and who set it. A value that is written down counts as set, even if it equals the
 * default.
 *
 * @module
 */

import { KanibakoError } from "../host/error.ts";
import { DEFAULT, fromFile, fromFlag, sourceText } from "../spec/source.ts";
import { nearest, shellQuote } from "../host/ui/text.ts";
import type { BoxPlace } from "./box_files.ts";
import type { CrabFile } from "./crab_file.ts";
import { publishedPorts } from "./published.ts";
import { accumulateEnv, type EnvLayer, parseEnvFlags } from "./env.ts";
import type { ConfigMaps } from "./file.ts";
import { type LevelFile, readLevels, withCrab } from "./levels.ts";
import type { Answers, FlagSettings, Setting, Settings } from "./settings.ts";
import { SETTINGS } from "./settings/all.ts";
import { BOX_SETTINGS } from "./settings/box.ts";
import type { Declared } from "./settings/declare.ts";
import { DOOR_SETTINGS } from "./settings/door.ts";
import { optionOf, valueGiven } from "./settings/given_options.ts";
import { HELPER_SETTINGS } from "./settings/helpers.ts";
import { NETWORK_SETTINGS } from "./settings/network.ts";
import { OWN_SETTINGS } from "./settings/own.ts";
import { REPORT_SETTINGS } from "./settings/report.ts";
import { AGENT_SETTINGS, SESSION_SETTINGS } from "./settings/session.ts";
import type { ConfigValue } from "./settings/types.ts";
import { TERMINAL_SETTINGS } from "./settings/terminal.ts";
import { VAULT_SETTINGS } from "./settings/vault.ts";
import type { Host } from "./system.ts";
import { isLimit } from "./value.ts";

/** Reads the levels and answers every setting. Without a crab file the crab's level says nothing. */
export async function resolveSettings(
  host: Host,
  project: BoxPlace,
  crab: CrabFile | undefined,
  flags: FlagSettings,
): Promise<Settings> {
  return settingsFrom(await readLevels(host, project), crab, flags);
}

/** The agent's id, before its crab file can be known. Empty: find one. */
export function crabSetting(levels: readonly LevelFile[], flags: FlagSettings): Setting<string> {
  return answer(levels, BOX_SETTINGS.crab, "crab", flags);
}

/**
 * Answers every setting from levels already read ({@link readLevels}). `tool`: the crab file of an agent that does not run, but can be
 * called: its variables and the agent's own settings apply, below those of `crab`. Pure.
 */
export function settingsFrom(
  levels: readonly LevelFile[],
  crab: CrabFile | undefined,
  flags: FlagSettings,
  tool?: CrabFile,
): Settings {
  const all = withCrab(levels, crab);
  return {
    ...answers(all, BOX_SETTINGS, flags),
    ...answers(all, SESSION_SETTINGS, flags),
    ...answers(all, REPORT_SETTINGS, flags),
    ...answers(all, HELPER_SETTINGS, flags),
    vault: answers(all, VAULT_SETTINGS, flags),
    door: answers(all, DOOR_SETTINGS, flags),
    networkHosts: entriesOf(all, "networkHosts"),
    own: answers(all, OWN_SETTINGS, flags),
    terminal: answers(all, TERMINAL_SETTINGS, flags),
    secrets: entriesOf(all, "secrets"),
    ssh: entriesOf(all, "ssh"),
    secretFiles: entriesOf(all, "secretFiles"),
    filtered: { ...answers(all, NETWORK_SETTINGS, flags), rules: entriesOf(all, "allow") },
    agent: agentStates(withCrab(all, tool), flags),
    resources: entriesOf(all, "resources"),
    binds: entriesOf(all, "binds"),
    caches: entriesOf(levels, "shared"),
    agentCaches: entriesOf(all.filter(({ level }) => level === "crab"), "shared"),
    env: accumulateEnv(envLayers(withCrab(all, tool), flags)),
    published: publishedPorts(
      answer(all, BOX_SETTINGS.ports),
      flags.ports && answer([], BOX_SETTINGS.ports, "ports", flags),
    ),
    runArgs: crab
      ? { value: crab.runArgs, level: "crab", from: fromFile("crab", "config", crab.id) }
      : { value: [], level: "default", from: DEFAULT },
    template: crab
      ? { value: crab.template, level: "crab", from: fromFile("crab", "config", crab.id) }
      : { value: "standard", level: "default", from: DEFAULT },
  };
}

/** Answers a group of settings. `levels`: the strongest first. */
export function answers<G extends Readonly<Record<string, Declared>>>(
  levels: readonly LevelFile[],
  group: G,
  flags: FlagSettings,
): Answers<G> {
  return Object.fromEntries(
    Object.entries(group).map(([field, declared]) => [field, answer(levels, declared, field, flags)]),
  ) as Answers<G>;
}

/** One setting: what its option says, or the strongest level that sets it. */
function answer<T>(
  levels: readonly LevelFile[],
  declared: Declared<T>,
  field = "",
  flags: FlagSettings = {},
): Setting<T> {
  const given = (flags as Readonly<Record<string, unknown>>)[field];
  const set = given === undefined ? fromFiles(levels, declared) : fromOption(declared, field, given);
  const value = set.value === 0 && isLimit(declared.type) ? undefined : set.value;
  return { ...set, value: value as T };
}

function fromOption(declared: Declared, field: string, given: unknown): Setting<unknown> {
  const option = optionOf(declared, field, given);
  return { value: valueGiven(declared, option, given), level: "flag", from: fromFlag(option) };
}

function fromFiles(levels: readonly LevelFile[], { name, default: usual }: Declared): Setting<unknown> {
  for (const { level, from, config } of levels) {
    const value = config.values[name];
    if (value !== undefined) return { value, level, from };
  }
  return { value: usual, level: "default", from: DEFAULT };
}

/** Entries of a map: those of all levels over each other; of rules of a network, refusals over the rest. `levels`: the strongest first. */
export function entriesOf<K extends keyof ConfigMaps>(
  levels: readonly LevelFile[],
  map: K,
): Record<string, Setting<ConfigMaps[K][string]>> {
  const result: Record<string, Setting<ConfigMaps[K][string]>> = {};
  for (const { level, from, config } of levels.toReversed()) {
    for (const [name, value] of Object.entries(config[map])) {
      // What one level refuses, no other allows.
      if (map === "allow" && result[name]?.value === "refuse") continue;
      result[name] = { value: value as ConfigMaps[K][string], level, from };
    }
  }
  return result;
}

/** One setting, by its name, without what the command line says. `levels`: the strongest first. */
export function settingOf(
  levels: readonly LevelFile[],
  name: string,
): Setting<ConfigValue | undefined> {
  return answer(levels, SETTINGS.named(name)) as Setting<ConfigValue | undefined>;
}

/** A setting an agent declares. */
export interface DeclaredSetting {
  readonly key: string;
  readonly default: string;
  /** Allowed values; empty: any. */
  readonly choices: readonly string[];
}

/**
 * The agent's settings with its declared defaults beneath them. Throws `bad-value` for a value that is not one of the
 * choices, and `unknown-key` for a key that looks like a slip in a declared one.
 */
export function agentSettings(
  settings: Settings,
  declared: readonly DeclaredSetting[],
): Record<string, Setting<string>> {
  const result: Record<string, Setting<string>> = {};
  for (const { key, default: value } of declared) result[key] = { value, level: "default", from: DEFAULT };
  for (const [key, setting] of Object.entries(settings.agent)) {
    const known = declared.find((one) => one.key === key);
    const meant = known ? undefined : nearest(key, declared.map((one) => one.key));
    if (meant) {
      throw new KanibakoError(
        "unknown-key",
        `Unknown setting ${shellQuote(key)} in ${sourceText(setting.from)}.`,
        {
          hint: `Did you mean ${meant}?`,
        },
      );
    }
    // An empty text means "no such argument" and needs no choice.
    if (known && known.choices.length > 0 && setting.value !== "" && !known.choices.includes(setting.value)) {
      throw new KanibakoError(
        "bad-value",
        `Cannot set ${key} to ${JSON.stringify(setting.value)} (${sourceText(setting.from)}).`,
        { hint: `Use ${known.choices.join(", ")}.` },
      );
    }
    result[key] = setting;
  }
  return result;
}

/** The agent's own settings. An empty text is a value like any other: it ends the search. */
function agentStates(levels: readonly LevelFile[], flags: FlagSettings): Record<string, Setting<string>> {
  const result: Record<string, Setting<string>> = {};
  for (const { level, from, config } of levels.toReversed()) {
    const declared = Object.keys(AGENT_SETTINGS).flatMap((key) => {
      const value = config.values[key];
      return value === undefined ? [] : [[key, value] as const];
    });
    for (const [key, value] of [...Object.entries(config.agent), ...declared]) {
      result[key] = { value: String(value), level, from };
    }
  }
  for (const [key, declared] of Object.entries(AGENT_SETTINGS)) {
    const given = (flags as Readonly<Record<string, unknown>>)[key];
    if (given !== undefined) result[key] = fromOption(declared, key, given) as Setting<string>;
  }
  return result;
}

/** System, crab, workset, box, flags: each over the ones before it. */
function envLayers(files: readonly LevelFile[], flags: FlagSettings): EnvLayer[] {
  const layer = (name: LevelFile["level"]) =>
    files.filter(({ level }) => level === name).map(({ env }) => env).toReversed();
  return [
    ...layer("system"),
    ...layer("crab"),
    ...layer("workset"),
    ...layer("box"),
    { entries: parseEnvFlags(flags.env ?? []), from: fromFlag("-e"), file: undefined },
  ];
}
